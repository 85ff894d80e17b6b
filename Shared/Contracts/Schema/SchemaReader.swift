/// Reads the schemas of types off the way they decode themselves: the members that `init(from:)` asks for, which of them may
/// be missing, and their types.
///
/// Thus a schema cannot say anything else than the code that reads the body. What a type checks beyond that it says itself:
/// by `SchemaDescribed` as a whole, by `MembersDescribed` of its members.
public final class SchemaReader {
    /// Of the types with members, by name: what references in the other schemas mean.
    public private(set) var definitions: [String: Schema] = [:]
    private var owners: [String: ObjectIdentifier] = [:]

    public init() {}

    /// - Throws: `UnreadableSchema` for a type whose `init(from:)` wants more than a sample value, or whose name is taken.
    public func schema<Value: Decodable>(of type: Value.Type) throws -> Schema {
        // Needs no sample.
        if let described = type as? any SchemaDescribed.Type { return described.schema }
        return try read(type).schema
    }

    /// Puts a schema made by hand among the definitions.
    ///
    /// - Returns: a reference to it.
    public func define(_ name: String, _ schema: Schema) -> Schema {
        definitions[name] = schema
        return .reference(name)
    }

    /// What JSON has of itself. Their own decoding would ask a container for themselves.
    private static let basics: [(sample: any Decodable & Sendable, schema: Schema)] = [
        ("", .text), (false, .boolean), (1, .integer), (Int64(1), .integer), (0.0, .number),
    ]

    fileprivate func read<Value: Decodable>(_ type: Value.Type) throws -> (schema: Schema, sample: Value) {
        for basic in Self.basics where Swift.type(of: basic.sample) == type {
            if let sample = basic.sample as? Value { return (basic.schema, sample) }
        }
        if let list = type as? any ListShaped.Type, let empty = list.empty as? Value {
            return (.list(of: try list.itemSchema(self)), empty)
        }
        if let described = type as? any SchemaDescribed.Type, let sample = described.sample as? Value {
            return (described.schema, sample)
        }
        if let words = type as? any (CaseIterable & RawRepresentable).Type,
            let found = Self.words(words) as? ([String], Value)
        {
            return (.words(found.0), found.1)
        }
        let shape = Shape()
        let sample = try Value(from: ReadingDecoder(reader: self, shape: shape))
        guard shape.isObject else { return (shape.value ?? .any, sample) }
        let notes = (type as? any MembersDescribed.Type)?.notes ?? [:]
        if let unknown = notes.keys.sorted().first(where: { shape.properties[$0] == nil }) {
            throw UnreadableSchema("\(type) describes a member \(unknown) that it does not read")
        }
        for (name, note) in notes {
            shape.properties[name] = shape.properties[name]?.with(note.limits).described(note.about)
        }
        let name = Self.name(of: type)
        guard owners.updateValue(ObjectIdentifier(type), forKey: name).map({ $0 == ObjectIdentifier(type) }) ?? true
        else {
            throw UnreadableSchema("two types are called \(name): rename one")
        }
        definitions[name] = .object(shape.properties, required: shape.required)
        return (.reference(name), sample)
    }

    private static func words<Words: CaseIterable & RawRepresentable>(_: Words.Type) -> Any? {
        guard let first = Words.allCases.first else { return nil }
        let words = Words.allCases.compactMap { $0.rawValue as? String }
        return words.count == Words.allCases.count ? (words, first) : nil
    }

    /// `CaseView.Whistle`: without the module, and without the private contexts that a name may hold.
    private static func name(of type: Any.Type) -> String {
        String(reflecting: type).split(separator: ".").dropFirst().filter { !$0.contains("(") && !$0.contains("$") }
            .joined(separator: ".")
    }
}

/// An array: what it holds is asked for, and no sample of that is needed.
private protocol ListShaped {
    static var empty: Self { get }
    static func itemSchema(_ reader: SchemaReader) throws -> Schema
}

extension Array: ListShaped where Element: Decodable {
    fileprivate static var empty: [Element] { [] }
    fileprivate static func itemSchema(_ reader: SchemaReader) throws -> Schema { try reader.schema(of: Element.self) }
}

/// A type that no schema can be read off.
public struct UnreadableSchema: Error, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}

/// What a type has asked for so far.
private final class Shape {
    var isObject = false
    var properties: [String: Schema] = [:]
    var required: [String] = []
    /// Of a type that is a list or a single value.
    var value: Schema?
}

private struct ReadingDecoder: Decoder {
    let reader: SchemaReader
    let shape: Shape
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy: Key.Type) throws -> KeyedDecodingContainer<Key> {
        shape.isObject = true
        return KeyedDecodingContainer(Members(reader: reader, shape: shape))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { Items(reader: reader, shape: shape) }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { Single(reader: reader, shape: shape) }
}

private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let reader: SchemaReader
    let shape: Shape
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_: Key) -> Bool { true }

    /// Asked by `decodeIfPresent` alone, before it decodes: such a member may be missing.
    func decodeNil(forKey key: Key) throws -> Bool {
        shape.properties[key.stringValue] = .any
        return false
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        let (schema, sample) = try reader.read(type)
        if shape.properties.updateValue(schema, forKey: key.stringValue) == nil {
            shape.required.append(key.stringValue)
        }
        return sample
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw UnreadableSchema("\(key.stringValue) is read by hand") }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw UnreadableSchema("\(key.stringValue) is read by hand")
    }
    func superDecoder() throws -> any Decoder { throw UnreadableSchema("a class is no value") }
    func superDecoder(forKey: Key) throws -> any Decoder { throw UnreadableSchema("a class is no value") }
}

/// A list that seems to hold one item.
private struct Items: UnkeyedDecodingContainer {
    let reader: SchemaReader
    let shape: Shape
    var codingPath: [any CodingKey] { [] }
    var count: Int? { 1 }
    var currentIndex = 0
    var isAtEnd: Bool { currentIndex > 0 }

    init(reader: SchemaReader, shape: Shape) {
        self.reader = reader
        self.shape = shape
    }

    func decodeNil() throws -> Bool { false }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let (schema, sample) = try reader.read(type)
        shape.value = .list(of: schema)
        currentIndex += 1
        return sample
    }

    func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        throw UnreadableSchema("an item is read by hand")
    }
    func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw UnreadableSchema("an item is read by hand")
    }
    func superDecoder() throws -> any Decoder { throw UnreadableSchema("a class is no value") }
}

private struct Single: SingleValueDecodingContainer {
    let reader: SchemaReader
    let shape: Shape
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let (schema, sample) = try reader.read(type)
        shape.value = schema
        return sample
    }
}
