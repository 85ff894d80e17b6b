import Contracts
import HTTPMessages
public import HTTPServer

extension Audience {
    /// Operators, and of people those whom `about` names.
    public static func operators(and about: String) -> Audience {
        Audience(kinds: [.person, .operator], about: "Operators. \(about)")
    }
}

extension ServiceContext {
    /// A table as CSV, made while it is sent.
    public func table(
        _ pattern: RoutePattern, _ summary: String, about: String, for audience: Audience,
        _ parameters: [any RouteParameter] = [],
        _ handle: @escaping @Sendable (RequestContext, Identity) async throws -> Response
    ) -> Endpoint {
        let operation = Operation(
            summary: summary, about: about, audience: audience, parameters: parameters,
            answers: [.init(status: .ok, about: summary, content: .text("text/csv"))])
        return endpoint(.get, pattern, operation, handle)
    }

    /// A file of JSON that is read by its own reader, which says all that is wrong with it at once.
    ///
    /// - Parameter timeout: where going through it takes longer than an answer usually may.
    public func file<Answer: Codable & SendableMetatype>(
        _ pattern: RoutePattern, _ summary: String, about: String, for audience: Audience,
        _ parameters: [any RouteParameter] = [], example: String, problems: [ProblemType] = [],
        timeout: Duration? = nil, _ handle: @escaping @Sendable (RequestContext, Identity) async throws -> Answer
    ) -> Endpoint {
        let operation = Operation(
            summary: summary, about: about, audience: audience, parameters: parameters,
            body: .text("application/json"),
            answers: [.init(status: .ok, about: summary, content: .json(Answer.self, example: example))],
            problems: problems)
        // Some ten thousand words.
        let limits = BodyLimits(bytes: 4 << 20, depth: 16)
        return endpoint(.post, pattern, limits: limits, timeout: timeout, operation) { request, identity in
            try .json(.ok, try await handle(request, identity))
        }
    }
}
