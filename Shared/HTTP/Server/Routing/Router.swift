import HTTPMessages

/// The resources of a server.
///
/// What names no resource is answered with 404, a method that a resource has not with 405 and `Allow`. A GET route answers
/// HEAD too; the server leaves the body out.
public struct Router: Sendable {
    /// Hears of an error that no handler should throw, and of the request that met it. The client is told nothing of it.
    public typealias UnexpectedError = @Sendable (any Error, RequestContext) -> Void

    private var tree = RouteTree()
    private let onUnexpectedError: UnexpectedError

    /// - Precondition: no two routes have one method and patterns that match the same paths.
    public init(_ routes: [Route], onUnexpectedError: @escaping UnexpectedError = { _, _ in }) {
        for route in routes { tree.insert(route) }
        self.onUnexpectedError = onUnexpectedError
    }

    /// What a request will be answered by, known from its first line.
    enum Resolution {
        case route(Route, values: [String])
        /// `pattern` is nil when the path names nothing.
        case refused(Problem, pattern: RoutePattern?)
    }

    func resolve(_ method: Method, _ target: Target) -> Resolution {
        guard let (routes, values) = tree.find(target.segments[...]) else {
            return .refused(Problem(.notFound, detail: "The path names nothing here."), pattern: nil)
        }
        if let route = routes[method] ?? (method == .head ? routes[.get] : nil) { return .route(route, values: values) }
        var methods = Set(routes.keys.map(\.rawValue))
        if routes[.get] != nil { methods.insert(Method.head.rawValue) }
        let allowed = methods.sorted().joined(separator: ", ")
        let problem = Problem(
            .methodNotAllowed, detail: "This resource takes \(allowed), not \(method).", headers: ["Allow": allowed])
        return .refused(problem, pattern: routes.values.first?.pattern)
    }

    /// Runs a handler; whatever it throws becomes a response.
    func run(_ route: Route, _ context: RequestContext) async -> Response {
        do {
            return try await route.handle(context)
        } catch let error as any ResponseError {
            return error.response
        } catch {
            // A handler whose client has left, or whose time is over, is cancelled and throws because of that.
            if !Task.isCancelled { onUnexpectedError(error, context) }
            return Problem(.internalError).response
        }
    }

    /// Answers without a server or a socket: for tests of handlers.
    public func respond(to request: Request) async -> Response {
        switch resolve(request.method, request.target) {
        case .refused(let problem, _): problem.response
        case .route(let route, let values): await run(route, RequestContext(request, route, values))
        }
    }
}
