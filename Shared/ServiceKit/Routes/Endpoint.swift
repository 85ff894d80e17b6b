import Contracts
import HTTPMessages
public import HTTPServer

/// A route together with what the documents say of it: there is none without the other.
///
/// What its declaration says is also what is done: the token's kind is checked, parameters that are not declared are refused, and
/// the answer has the type that the schema is read off.
public struct Endpoint: Sendable {
    public let route: Route
    let operation: Operation

    init(_ route: Route, _ operation: Operation) {
        self.route = route
        self.operation = operation
    }

    /// A route for which no token is needed.
    init(
        openTo method: HTTPMessages.Method, _ pattern: RoutePattern, _ operation: Operation,
        _ handle: @escaping Route.Handle
    ) {
        self.init(Route(method, pattern, handle: handle), operation)
    }
}

extension ServiceContext {
    /// A read: `handle` returns what is answered with 200.
    ///
    /// - Parameters:
    ///   - summary: one line for the documents.
    ///   - example: an answer as JSON; a test reads it as an `Answer`.
    ///   - problems: what the handler throws beside what every route may.
    public func get<Answer: Codable & SendableMetatype>(
        _ pattern: RoutePattern, _ summary: String, about: String? = nil, for audience: Audience,
        _ parameters: [any RouteParameter] = [], example: String, problems: [ProblemType] = [],
        _ handle: @escaping @Sendable (RequestContext, Identity) async throws -> Answer
    ) -> Endpoint {
        let operation = Operation(
            summary: summary, about: about, audience: audience, parameters: parameters,
            answers: [.init(status: .ok, about: summary, content: .json(Answer.self, example: example))],
            problems: problems)
        return endpoint(.get, pattern, operation) { request, identity in
            try .json(.ok, try await handle(request, identity))
        }
    }

    /// A read for everybody, without a token.
    public func openGet<Answer: Codable & SendableMetatype>(
        _ pattern: RoutePattern, _ summary: String, _ parameters: [any RouteParameter] = [], example: String,
        problems: [ProblemType] = [], _ handle: @escaping @Sendable (RequestContext) async throws -> Answer
    ) -> Endpoint {
        let operation = Operation(
            summary: summary, parameters: parameters,
            answers: [.init(status: .ok, about: summary, content: .json(Answer.self, example: example))],
            problems: problems)
        let query = operation.queryNames
        return Endpoint(openTo: .get, pattern, operation) { request in
            try request.query.requireOnly(query)
            return try .json(.ok, try await handle(request))
        }
    }

    /// Server-sent events.
    public func events(
        _ pattern: RoutePattern, _ summary: String, about: String, for audience: Audience,
        _ parameters: [any RouteParameter] = [],
        _ handle: @escaping @Sendable (RequestContext, Identity) async throws -> Response
    ) -> Endpoint {
        let operation = Operation(
            summary: summary, about: about, audience: audience, parameters: parameters,
            answers: [.init(status: .ok, about: summary, content: .text("text/event-stream"))])
        return endpoint(.get, pattern, operation, handle)
    }

    /// A write whose body is one JSON object.
    public func post<Body: Codable & SendableMetatype, Answer: Codable & SendableMetatype>(
        _ pattern: RoutePattern, _ summary: String, about: String? = nil, for audience: Audience,
        _: Body.Type, example: (body: String, answer: String), problems: [ProblemType] = [],
        _ handle: @escaping @Sendable (Body, Identity) async throws -> Answer
    ) -> Endpoint {
        let operation = Operation(
            summary: summary, about: about, audience: audience, body: .json(Body.self, example: example.body),
            answers: [.init(status: .ok, about: summary, content: .json(Answer.self, example: example.answer))],
            problems: problems)
        return endpoint(.post, pattern, operation) { request, identity in
            try .json(.ok, try await handle(try request.decodeJSON(Body.self), identity))
        }
    }

    /// The route of an operation that needs a token.
    func endpoint(
        _ method: HTTPMessages.Method, _ pattern: RoutePattern, limits: BodyLimits = BodyLimits(),
        _ operation: Operation,
        _ handle: @escaping @Sendable (RequestContext, Identity) async throws -> Response
    ) -> Endpoint {
        let query = operation.queryNames
        let route = Route(method, pattern, limits: limits) { request in
            let identity = try authenticator.identity(of: request)
            try operation.audience?.admit(identity)
            try request.query.requireOnly(query)
            return try await handle(request, identity)
        }
        return Endpoint(route, operation)
    }
}

extension Operation {
    var queryNames: [String] { parameters.map(\.facts).filter { $0.place == .query }.map(\.name) }
}
