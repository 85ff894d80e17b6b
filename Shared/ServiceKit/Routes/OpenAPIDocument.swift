import Contracts
import FoundationEssentials
import HTTPMessages
import HTTPServer

// HTTPServer has one for its problems.
private typealias JSONValue = Contracts.JSONValue

/// The OpenAPI 3.1 document of a service, made of its endpoints.
struct OpenAPIDocument: Sendable {
    let service: ServiceName
    let endpoints: [Endpoint]

    /// Sorted and indented, with a line break at its end: the same code makes the same bytes.
    ///
    /// - Throws: `UnreadableSchema`, and whatever reading an example throws.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(try json()), as: UTF8.self) + "\n"
    }

    private func json() throws -> JSONValue {
        let reader = SchemaReader()
        var responses: [String: JSONValue] = [:]
        var paths: [String: [String: JSONValue]] = [:]
        for endpoint in endpoints {
            let method = endpoint.route.method.rawValue.lowercased()
            paths[endpoint.route.pattern.description, default: [:]][method] = try operation(
                endpoint, reader, &responses)
        }
        let schemas = reader.definitions.merging(Self.problemSchemas) { $1 }
        return .object([
            "openapi": .string("3.1.0"),
            "info": .object([
                "title": .string("Muster \(service.rawValue)"), "version": .string("1.0.0"),
                "description": .string(service.about),
            ]),
            "servers": .array([.object(["url": .string("/")])]),
            "paths": .object(paths.mapValues { .object($0) }),
            "components": .object([
                "schemas": .object(schemas.mapValues(\.json)), "responses": .object(responses),
                "securitySchemes": .object([
                    "bearer": .object([
                        "type": .string("http"), "scheme": .string("bearer"), "bearerFormat": .string("JWT"),
                        "description": .string(
                            "A token of the configured issuer for the audience `muster` (RFC 9068): `sub` is a person's id, or "
                                + "`gateway` a gateway's source, or `roles` contains `operator`."),
                    ])
                ]),
            ]),
        ])
    }

    private func operation(
        _ endpoint: Endpoint, _ reader: SchemaReader, _ responses: inout [String: JSONValue]
    ) throws -> JSONValue {
        let operation = endpoint.operation
        var about = operation.about.map { [$0] } ?? []
        if let audience = operation.audience { about.append("For: \(audience.about)") }
        var members: [String: JSONValue] = [
            "operationId": .string(endpoint.operationID), "summary": .string(operation.summary),
            "parameters": .array(operation.parameters.map { Self.parameter($0.facts) }),
            "security": .array(operation.audience == nil ? [] : [.object(["bearer": .array([])])]),
        ]
        if !about.isEmpty { members["description"] = .string(about.joined(separator: "\n\n")) }
        if let audience = operation.audience {
            members["x-muster-token-kinds"] = .array(audience.kinds.map(\.rawValue).sorted().map { .string($0) })
        }
        if let body = operation.body {
            members["requestBody"] = .object([
                "required": .bool(true), "content": .object([body.type: try Self.media(body, reader)]),
            ])
        }
        var answers: [String: JSONValue] = [:]
        for answer in operation.answers {
            var answered: [String: JSONValue] = ["description": .string(answer.about)]
            if let content = answer.content {
                answered["content"] = .object([content.type: try Self.media(content, reader)])
            }
            if !operation.answerHeaders.isEmpty {
                answered["headers"] = .object(
                    operation.answerHeaders.mapValues { about in
                        .object(["description": .string(about), "schema": Schema.text.json])
                    })
            }
            answers["\(answer.status)"] = .object(answered)
        }
        for (status, types) in endpoint.problemsByStatus where answers["\(status)"] == nil {
            let name = types.map(\.slug).joined(separator: ".")
            responses[name] = Self.response(types)
            answers["\(status)"] = .object(["$ref": .string("#/components/responses/\(name)")])
        }
        members["responses"] = .object(answers)
        return .object(members)
    }

    private static func parameter(_ facts: ParameterFacts) -> JSONValue {
        .object([
            "name": .string(facts.name), "in": .string(facts.place.rawValue), "required": .bool(facts.isRequired),
            "description": .string(facts.about.capitalisingFirst + "."), "schema": facts.schema.json,
        ])
    }

    private static func media(_ content: Operation.Content, _ reader: SchemaReader) throws -> JSONValue {
        var media: [String: JSONValue] = ["schema": try content.schema(reader).json]
        media["example"] = try content.example()
        return .object(media)
    }

    // MARK: Problems

    private static func response(_ types: [ProblemType]) -> JSONValue {
        let lines = types.map { "`\($0.uri)`: \($0.title). \($0.meaning)" }
        let schema = Schema.allOf([
            .reference("Problem"), .object(["type": .words(types.map(\.uri))], required: ["type"]),
        ])
        var members: [String: JSONValue] = [
            "description": .string(lines.joined(separator: "\n\n")),
            "content": .object(["application/problem+json": .object(["schema": schema.json])]),
        ]
        if types.contains(where: \.saysWhenToRetry) {
            members["headers"] = .object([
                "Retry-After": .object([
                    "description": .string("Seconds after which to send the request again."),
                    "schema": Schema.integer(in: 0...86_400).json,
                ])
            ])
        }
        return .object(members)
    }

    private static let problemSchemas: [String: Schema] = [
        "Problem": .object(
            [
                "type": Schema.text.with(["format": .string("uri-reference")]).described("Names the kind: GET it."),
                "title": Schema.text.described("The same for each occurrence."),
                "status": .integer(in: 400...599),
                "detail": Schema.text.described("What happened and what would put it right, for people."),
                "instance": Schema.text.with(["format": .string("uri-reference")]),
                "code": Schema.text.described("Of a refusal, as in the receipts."),
                "limit": Schema.integer.described("What was exceeded."),
                "errors": .list(of: .reference("Violation")),
            ], required: ["type", "title", "status"]
        ).described("An error as RFC 9457 has it. Tell kinds apart by `type` alone."),
        "Violation": .object(
            [
                "detail": Schema.text.described("What would be right."),
                "pointer": Schema.text.described("Where in the body: a JSON pointer as a URI fragment."),
                "parameter": Schema.text.described("Which parameter of path or query."),
                "header": Schema.text.described("Which header field."),
            ], required: ["detail"]
        ).described("One thing wrong with a request."),
    ]
}

extension Endpoint {
    /// `get-cases-id-history`
    fileprivate var operationID: String {
        let words = route.pattern.description.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).filter {
            $0 != "v1"
        }
        return ([route.method.rawValue.lowercased()] + words.map(String.init)).joined(separator: "-")
    }

    /// Every problem that the route may answer with, its own and those of each route of its shape.
    var problems: [ProblemType] {
        var types: [ProblemType] = [
            .overloaded, .shuttingDown, .timedOut, .internalError, .targetTooLong, .headersTooLarge,
        ]
        types += [.malformedRequest, .malformedTarget]
        if operation.audience != nil { types += [.unauthorized, .forbidden, .unavailable] }
        // An unknown parameter is refused everywhere but where nothing is read.
        if operation.audience != nil || !operation.parameters.isEmpty { types.append(.invalidParameter) }
        if operation.body != nil {
            types += [
                .malformedJSON, .invalidUTF8, .nestedTooDeep, .missingMember, .wrongType, .invalidValue,
                .contentTooLarge,
                .unsupportedMediaType, .unsupportedCoding,
            ]
        }
        return types + operation.problems
    }

    fileprivate var problemsByStatus: [(Status, [ProblemType])] {
        Dictionary(grouping: Set(problems), by: \.status)
            .map { ($0.key, $0.value.sorted { $0.slug < $1.slug }) }
            .sorted { $0.0.code < $1.0.code }
    }
}

extension ProblemType {
    fileprivate var saysWhenToRetry: Bool { [429, 503].contains(status.code) }
}

extension ServiceName {
    fileprivate var about: String {
        switch self {
        case .intake: "Patrols: visits, findings, the five registers, and the city's directory."
        case .dispatch: "Cases: complaints and findings, deadlines, whistles, supervision."
        case .credit: "Rules, entries, balances, growth trees."
        case .notify: "Who hears what, where, when, once."
        }
    }
}

extension String {
    fileprivate var capitalisingFirst: String { prefix(1).uppercased() + dropFirst() }
}
