import FoundationEssentials

/// A document while it is written: what its encoders and containers, which say only how deep they are, have in common.
final class JSONDocument {
    /// Not checked for overlapping accesses, which took a tenth of the time: a document is one task's, and no access to the text
    /// calls out of this module.
    @exclusivity(unchecked) var text = JSONText()
    private let date: (@Sendable (Date) -> String)?

    init(date: (@Sendable (Date) -> String)?) { self.date = date }

    var codingPath: [any CodingKey] { text.path.map { PathKey(stringValue: $0) } }

    /// Writes a value of any type as the value at this depth.
    func write<Value: Encodable>(_ value: Value, at depth: Int) throws {
        // The few that Foundation writes in ways of its own.
        if Value.self == Date.self, let date, let value = value as? Date { return text.string(date(value)) }
        if Value.self == Data.self, let value = value as? Data { return text.string(value.base64EncodedString()) }
        if Value.self == URL.self, let value = value as? URL { return text.string(value.absoluteString) }
        if Value.self == Decimal.self, let value = value as? Decimal { return text.raw(value.description) }
        let before = text.bytes.count
        try value.encode(to: JSONEncoding(document: self, depth: depth))
        text.close(to: depth)
        // A value that writes nothing is an object without members, unless it is the whole document.
        if text.bytes.count == before, before > 0 { text.literal("{}") }
    }

    func write(_ value: some BinaryFloatingPoint & CustomStringConvertible) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(
                value,
                EncodingError.Context(codingPath: codingPath, debugDescription: "JSON has no number that is not finite")
            )
        }
        let digits = value.description
        text.raw(digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits)
    }
}

private struct PathKey: CodingKey {
    let stringValue: String
    var intValue: Int? { Int(stringValue) }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { self.init(stringValue: "\(intValue)") }
}

/// What a value is asked to write itself to.
struct JSONEncoding: Encoder {
    let document: JSONDocument
    let depth: Int

    var codingPath: [any CodingKey] { document.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy _: Key.Type) -> KeyedEncodingContainer<Key> {
        document.text.open(isObject: true, at: depth)
        return KeyedEncodingContainer(JSONMembers(document: document, depth: depth))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        document.text.open(isObject: false, at: depth)
        return JSONElements(document: document, depth: depth)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { JSONSingle(document: document, depth: depth) }
}
