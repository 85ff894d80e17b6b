import Contracts

/// A data file that cannot be used: a calendar or a set of rules. All that is wrong with it at once, each fault with the
/// day or the rule that it is about and what would be right.
struct FaultyData: Error, Equatable, CustomStringConvertible {
    /// What the file is: `calendar`, `rules`.
    let what: String
    let faults: [String]

    var description: String {
        "the \(what) cannot be used:\n" + faults.map { "- \($0)" }.joined(separator: "\n")
    }

    /// Reads a data file's JSON. A member that nobody knows is a fault: it may be a condition with a slip of the pen,
    /// and the rule without it would be for everything.
    static func decode<Value: Codable>(
        _: Value.Type, from bytes: [UInt8], what: String
    ) throws(FaultyData) -> Value {
        do {
            let value = try EventJSON.decode(Value.self, from: bytes)
            let written = try EventJSON.decode(JSONValue.self, from: bytes)
            let known = try EventJSON.decode(JSONValue.self, from: EventJSON.encode(value))
            let unknown = written.members(missingFrom: known)
            guard unknown.isEmpty else {
                throw FaultyData(what: what, faults: unknown.map { "\($0) is no member: check its spelling" })
            }
            return value
        } catch let error as FaultyData {
            throw error
        } catch let error as DecodingError {
            throw FaultyData(what: what, faults: [UnreadableEvent(error).detail])
        } catch {
            throw FaultyData(what: what, faults: ["the file is no JSON in UTF-8"])
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
