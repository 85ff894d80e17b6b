import Contracts

/// Everything that is wrong with the rules or the messages at once, each fault with the rule or the template that it is
/// about and what would be right.
struct FaultyNotices: Error, Sendable, Equatable, CustomStringConvertible {
    let faults: [String]

    var description: String {
        "people cannot be told by these rules:\n" + faults.map { "- \($0)" }.joined(separator: "\n")
    }

    /// Reads JSON. A member that nobody knows is a fault: it may be a condition with a slip of the pen, and the rule would
    /// speak of everything without it.
    static func decode<Value: Codable>(
        _: Value.Type, from json: [UInt8], what: String
    ) throws(FaultyNotices) -> Value {
        do {
            let value = try EventJSON.decode(Value.self, from: json)
            let written = try EventJSON.decode(JSONValue.self, from: json)
            let known = try EventJSON.decode(JSONValue.self, from: EventJSON.encode(value))
            let unknown = written.members(missingFrom: known)
            guard unknown.isEmpty else {
                throw FaultyNotices(faults: unknown.map { "\(what): \($0) is no member: check its spelling" })
            }
            return value
        } catch let error as FaultyNotices {
            throw error
        } catch let error as DecodingError {
            throw FaultyNotices(faults: ["\(what): \(UnreadableEvent(error).detail)"])
        } catch {
            throw FaultyNotices(faults: ["\(what): the file is no JSON in UTF-8"])
        }
    }
}

extension JSONValue {
    /// JSON pointers to the members that another value, otherwise alike, does not have.
    fileprivate func members(missingFrom other: JSONValue, at pointer: String = "") -> [String] {
        switch (self, other) {
        case (.object(let mine), .object(let others)):
            mine.sorted { $0.key < $1.key }.flatMap { key, value in
                guard let other = others[key] else { return value == .null ? [] : ["\(pointer)/\(key)"] }
                return value.members(missingFrom: other, at: "\(pointer)/\(key)")
            }
        case (.array(let mine), .array(let others)):
            zip(mine, others).enumerated().flatMap { index, pair in
                pair.0.members(missingFrom: pair.1, at: "\(pointer)/\(index)")
            }
        default: []
        }
    }
}
