import Contracts
import HTTPMessages
import HTTPServer

/// What the documents say of one route. JSON is written as in a document and checked against the types when that is made.
struct Operation: Sendable {
    /// A JSON body or answer: its schema, and an example that its type can read.
    struct Content: Sendable {
        let type: String
        let schema: @Sendable (SchemaReader) throws -> Schema
        let example: @Sendable () throws -> Contracts.JSONValue?

        init(
            type: String = "application/json", example: @escaping @Sendable () throws -> Contracts.JSONValue? = { nil },
            schema: @escaping @Sendable (SchemaReader) throws -> Schema
        ) {
            self.type = type
            self.schema = schema
            self.example = example
        }

        /// What a type reads and writes.
        static func json<Value: Decodable & SendableMetatype>(_: Value.Type, example: String) -> Content {
            Content(example: { try Self.example(example, of: Value.self) }) { try $0.schema(of: Value.self) }
        }

        static func text(_ type: String) -> Content { Content(type: type) { _ in .text } }

        /// - Throws: what reading it as that type throws.
        static func example<Value: Decodable & SendableMetatype>(_ text: String, of _: Value.Type) throws
            -> Contracts.JSONValue
        {
            _ = try EventJSON.decode(Value.self, from: Array(text.utf8))
            return try EventJSON.decode(Contracts.JSONValue.self, from: Array(text.utf8))
        }
    }

    struct Answer: Sendable {
        let status: Status
        let about: String
        var content: Content?
    }

    let summary: String
    var about: String?
    /// Nil needs no token.
    var audience: Audience?
    var parameters: [any RouteParameter] = []
    var body: Content?
    let answers: [Answer]
    /// Those that this route's handler answers with, beside what all routes may.
    var problems: [ProblemType] = []
    /// What fields answers may have, by name.
    var answerHeaders: [String: String] = [:]
}
