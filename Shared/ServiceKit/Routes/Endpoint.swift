import Contracts
import HTTPMessages
public import HTTPServer
public import Postgres

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

    /// A small write whose body is one JSON object: `handle` runs within one transaction, and so does the keeping of its answer.
    public func post<Body: Codable & Sendable, Answer: Codable & Sendable>(
        _ pattern: RoutePattern, _ summary: String, about: String? = nil, for audience: Audience, _: Body.Type,
        example: (body: String, answer: String), problems: [ProblemType] = [],
        _ handle: @escaping @Sendable (Body, Identity, inout Session) throws -> Answer
    ) -> Endpoint {
        let operation = Operation(
            summary: summary, about: about, audience: audience, body: .json(Body.self, example: example.body),
            answers: [.init(status: .ok, about: summary, content: .json(Answer.self, example: example.answer))],
            problems: problems)
        return endpoint(.post, pattern, operation) { request, identity in
            let body = try request.decodeJSON(Body.self)
            let key = try IdempotencyKey(request, identity)
            let outcome = try await read { session in
                try session.transaction { session in
                    try Self.once(key, in: &session) { session in
                        KeyedAnswer(try .json(.ok, try handle(body, identity, &session)))
                    }
                }
            }
            return try outcome.response()
        }
    }

    /// What was answered under the key before, or what `work` makes now and is kept.
    private static func once(
        _ key: IdempotencyKey?, in session: inout Session, _ work: (inout Session) throws -> KeyedAnswer
    ) throws -> KeyedOutcome {
        guard let key else { return .first(try work(&session)) }
        _ = try session.query(KeyedAnswerRows.lock, Parameters(key.actor, key.key)).rowCount
        if let kept = try KeyedAnswerRows.find([key], in: &session)[key.name] {
            return kept.digest == key.digest ? .replay(kept.answer) : .otherRequest
        }
        let answer = try work(&session)
        if let request = KeyedAnswerRows.keep([(key, answer)]) {
            _ = try session.query(request.statement, request.parameters).rowCount
        }
        return .first(answer)
    }

    /// The route of an operation that needs a token: a GET can wait for what a write wrote, a POST can be sent twice under a key.
    func endpoint(
        _ method: HTTPMessages.Method, _ pattern: RoutePattern, limits: BodyLimits = BodyLimits(),
        timeout: Duration? = nil, _ operation: Operation,
        _ handle: @escaping @Sendable (RequestContext, Identity) async throws -> Response
    ) -> Endpoint {
        let query = operation.queryNames
        let route = Route(method, pattern, limits: limits, timeout: timeout) { request in
            let identity = try authenticator.identity(of: request)
            try operation.audience?.admit(identity)
            try request.query.requireOnly(query)
            guard method == .get, let seen = try await waitForToken(of: request) else {
                return try await handle(request, identity)
            }
            var response = try await handle(request, identity)
            response.headers[ReadAfter.header] = seen
            return response
        }
        var described = operation
        if method == .get { described.describeWaiting() } else { described.describeKeys() }
        return Endpoint(route, described)
    }
}

extension Operation {
    var queryNames: [String] { parameters.map(\.facts).filter { $0.place == .query }.map(\.name) }

    fileprivate mutating func describeWaiting() {
        parameters.append(
            HeaderField(
                WriteToken.header,
                "what a write, of any service, was answered with: the read then sees it, or is answered 503"))
        answerHeaders = [
            ReadAfter.header:
                "Of a read with a token: how many of its events are `taken` or `refused` here, and how many go `elsewhere`."
        ]
        problems.append(.notHereYet)
    }

    fileprivate mutating func describeKeys() {
        parameters.append(
            HeaderField(
                IdempotencyKey.header,
                "a name for this request: sent again under it within 24 hours, it is answered as it was and nothing happens again",
                Schema.text.with(["minLength": .integer(1), "maxLength": .integer(257)])))
        answerHeaders = [
            WriteToken.header:
                "What was written, for a read that must see it. Missing where nothing was, or too much for a header.",
            KeyedAnswer.replayHeader: "`true` where the answer is the one of before.",
        ]
        problems += [.keyUsed, .underWay]
    }
}

/// A header field that every route of a kind reads.
private struct HeaderField: RouteParameter {
    let facts: ParameterFacts

    init(_ name: String, _ about: String, _ schema: Schema = .text) {
        facts = ParameterFacts(name: name, place: .header, about: about, isRequired: false, schema: schema)
    }
}
