import Contracts

/// A set of rules that is tried out on the day's cases: a read, which changes nothing of the day.
///
/// It is the version in force with one rule more: what residents complain of is for the community, not for the grid.
enum DayTrial {
    static let reason = "what residents complain of takes the community"

    static func run(_ sender: InputSender) async throws -> RuleTrialTable {
        let present = try EventJSON.decode(
            VersionFile.self, from: try await sender.askDispatch(.get, "/v1/rules/file"))
        let file = try EventJSON.encode(try proposed(of: present))
        let answer = try await sender.askDispatch(.post, "/v1/rules/try?days=7&rows=1", file)
        return try EventJSON.decode(RuleTrialTable.self, from: answer)
    }

    /// Its rule stands before the last one, which takes what is left.
    static func proposed(of present: VersionFile) throws -> JSONValue {
        guard case .object(var members) = present.file, case .array(var rules)? = members["rules"],
            case .object(var last)? = rules.popLast(), case .integer(let number)? = last["number"]
        else { throw DayFailure("dispatch's rules have no such form") }
        let rule: JSONValue = .object([
            "number": .integer(number), "reason": .string(reason), "origin": .array([.string("complaint")]),
            "category": .string("city-appearance"), "handling": .string("big"), "owner": .string("community"),
            "limits": .string("ordinary"),
        ])
        last["number"] = .integer(number + 1)
        members["rules"] = .array(rules + [rule, .object(last)])
        members["version"] = .integer(Int64(present.version) + 1)
        return .object(members)
    }
}
