/// A JSON Schema (2020-12, which OpenAPI 3.1 and AsyncAPI 3 take), as the documents write it.
public struct Schema: Sendable, Hashable, Encodable {
    public private(set) var members: [String: JSONValue]

    public init(_ members: [String: JSONValue]) { self.members = members }

    public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }

    public var json: JSONValue { .object(members) }

    /// Anything.
    public static let any = Schema([:])
    public static let boolean = Schema(["type": .string("boolean")])
    public static let integer = Schema(["type": .string("integer"), "format": .string("int64")])
    public static let number = Schema(["type": .string("number")])
    public static let text = Schema(["type": .string("string")])

    public static func integer(in range: ClosedRange<Int>) -> Schema {
        integer.with(["minimum": .integer(Int64(range.lowerBound)), "maximum": .integer(Int64(range.upperBound))])
    }

    /// A text of a fixed form.
    ///
    /// - Parameter pattern: of the whole text, as a regular expression of ECMA-262.
    public static func text(matching pattern: String, example: String? = nil) -> Schema {
        let schema = text.with(["pattern": .string("^\(pattern)$")])
        return example.map { schema.with(["examples": .array([.string($0)])]) } ?? schema
    }

    public static func words(_ words: [String]) -> Schema {
        text.with(["enum": .array(words.map { .string($0) })])
    }

    public static func list(of items: Schema, atMost count: Int? = nil) -> Schema {
        let schema = Schema(["type": .string("array"), "items": items.json])
        return count.map { schema.with(["maxItems": .integer(Int64($0))]) } ?? schema
    }

    public static func anyOf(_ choices: [Schema]) -> Schema { Schema(["anyOf": .array(choices.map(\.json))]) }

    /// What all of them ask for together.
    public static func allOf(_ parts: [Schema]) -> Schema { Schema(["allOf": .array(parts.map(\.json))]) }

    /// - Parameter name: of a schema among the document's components.
    public static func reference(_ name: String) -> Schema {
        Schema(["$ref": .string("#/components/schemas/\(name)")])
    }

    public static func object(_ properties: [String: Schema], required: [String]) -> Schema {
        Schema([
            "type": .string("object"), "required": .array(required.sorted().map { .string($0) }),
            "properties": .object(properties.mapValues(\.json)),
        ])
    }

    /// The same with these members, in place of its own of the same names.
    public func with(_ more: [String: JSONValue]) -> Schema { Schema(members.merging(more) { $1 }) }

    /// An object's schema without some of its properties.
    public func leavingOut(_ names: Set<String>) -> Schema {
        guard case .object(let properties)? = members["properties"], case .array(let required)? = members["required"]
        else { return self }
        return with([
            "properties": .object(properties.filter { !names.contains($0.key) }),
            "required": .array(
                required.filter { if case .string(let name) = $0 { !names.contains(name) } else { true } }),
        ])
    }

    public func described(_ about: String) -> Schema { with(["description": .string(about)]) }
}
