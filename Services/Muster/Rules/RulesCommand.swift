import Arguments
import Contracts
import FoundationEssentials
import HTTPClient
import HTTPMessages

/// `muster rules`: checks a file of triage rules and tries it out on past cases, before it is switched on.
enum RulesCommand {
    static let command = Command(
        "rules", about: "check and try out the rules of triage", subcommands: [show, check, trial, corrections])

    static let file = Argument(
        "FILE", about: "a file of rules, as docs/rules.md has it", parser: .text(example: "rules-2.json"))
    static let dispatch = Option(
        "dispatch", value: "URL", about: "dispatch's address", parser: .text(example: "http://127.0.0.1:8082"),
        environment: "MUSTER_DISPATCH_URL")
    static let token = Option(
        "token", value: "TOKEN", about: "an operator's token, or one of city staff", parser: .text(example: "eyJ…"),
        environment: "MUSTER_TOKEN")
    static let json = Option.flag("json", about: "print JSON")
    static let days = Option(
        "days", value: "N", about: "how many days back", parser: .integer(1...92), default: 7)
    static let reportDays = Option(
        "days", value: "N", about: "how many days back", parser: .integer(1...366), default: 30)
    static let unit = Option.optional(
        "unit", value: "CODE", about: "only cases of this unit and below", parser: .text(example: "371082007"))

    static let number = Option.optional(
        "number", value: "N", about: "which version; the one in force without", parser: .integer(1...1_000_000))

    static let show = Command(
        "show", about: "print a version of the rules as a file, to make the next one of",
        options: [dispatch, token, number]
    ) { values in
        let query = values[number].map { "?version=\($0)" } ?? ""
        let body = try await ask(values, .get, "/v1/rules/file" + query, [])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        say(
            String(decoding: try encoder.encode(try EventJSON.decode(VersionFile.self, from: body).file), as: UTF8.self)
        )
    }

    static let check = Command(
        "check", about: "say all that is wrong with a file", arguments: [file], options: [dispatch, token, json]
    ) { values in
        let body = try await ask(values, .post, "/v1/rules/check", try contents(values[file]))
        let checked = try EventJSON.decode(RulesChecked.self, from: body)
        if values[json] { say(String(decoding: body, as: UTF8.self)) }
        guard checked.isGood, let version = checked.version else {
            if !values[json] { for fault in checked.faults { report("- \(fault)") } }
            throw CommandError(
                "\(checked.faults.count) things are wrong with \(values[file])", remedy: "mend them and check again")
        }
        if !values[json] {
            say(
                "version \(version.version), from \(version.effective): \(version.categories) categories of the third level, "
                    + "\(version.rules) rules, nothing wrong")
        }
    }

    static let trial = Command(
        "try", about: "say which past cases would have gone elsewhere", arguments: [file],
        options: [dispatch, token, days, unit, json]
    ) { values in
        var path = "/v1/rules/try?days=\(values[days])"
        if let unit = values[unit] { path += "&unit=\(unit)" }
        let body = try await ask(values, .post, path, try contents(values[file]))
        if values[json] { return say(String(decoding: body, as: UTF8.self)) }
        say(try EventJSON.decode(RuleTrialTable.self, from: body).text)
    }

    static let corrections = Command(
        "report", about: "say how often each rule decided, and how often a person set it right",
        options: [dispatch, token, reportDays, json]
    ) { values in
        let body = try await ask(values, .get, "/v1/rules/report?days=\(values[reportDays])", [])
        if values[json] { return say(String(decoding: body, as: UTF8.self)) }
        say(try EventJSON.decode(RuleReportTable.self, from: body).text)
    }

    private static func contents(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandError("there is no file \(path), or it cannot be read", remedy: "check the path")
        }
        return [UInt8](data)
    }

    private static func ask(
        _ values: Values, _ method: HTTPMessages.Method, _ path: String, _ body: [UInt8]
    ) async throws -> [UInt8] {
        var settings = Client.Settings()
        settings.bodyLimit = 64 << 20
        let client = try Client(settings)
        var request = Client.Request(method, values[dispatch] + path, body: body)
        request.timeout = .seconds(300)
        if method == .post { request.headers["Content-Type"] = "application/json" }
        request.headers["Authorization"] = "Bearer \(values[token])"
        let answer = await Result { try await client.send(request) }
        await client.close()
        let response = try answer.get()
        guard response.status == .ok else {
            throw CommandError(
                "dispatch answers \(response.status): \(String(decoding: response.body, as: UTF8.self))",
                remedy: "check --dispatch and --token, and the file with muster rules check")
        }
        return response.body
    }
}

extension Result where Failure == any Error {
    /// As `init(catching:)`, for what has to be waited for.
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

/// What dispatch says of a file.
struct RulesChecked: Decodable {
    struct Version: Decodable {
        let version: Int
        let effective: String
        let categories: Int
        let rules: Int
    }

    let isGood: Bool
    let faults: [String]
    let version: Version?
}

/// A version of the rules as dispatch has it.
struct VersionFile: Decodable {
    let version: Int
    let file: JSONValue
}
