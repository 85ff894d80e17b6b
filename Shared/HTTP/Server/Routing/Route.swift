public import HTTPMessages

/// What a resource takes of a body. Beyond it the answer is 413 or 400, whatever the handler.
public struct BodyLimits: Sendable, Equatable {
    public var bytes: Int
    /// How far arrays and objects may lie inside one another; a flat object has depth 1.
    public var depth: Int

    public init(bytes: Int = 1 << 20, depth: Int = 32) {
        self.bytes = bytes
        self.depth = depth
    }
}

/// A method and a path, and what answers them.
///
/// ```swift
/// Route(.get, "/v1/findings/{id}") { context in
///     try .json(.ok, await findings.find(context.parameter("id")))
/// }
/// ```
public struct Route: Sendable {
    /// Starts on the event loop's own thread and stays there up to its first real suspension: an answer that waits for
    /// nothing costs no change of thread. Hence no long computation before the first `await`.
    public typealias Handle = @Sendable (RequestContext) async throws -> Response

    public let method: Method
    public let pattern: RoutePattern
    public let limits: BodyLimits
    /// From the whole request until the answer; nil takes the server's.
    public let timeout: Duration?
    let handle: Handle

    /// - Parameter pattern: see `RoutePattern`.
    public init(
        _ method: Method, _ pattern: RoutePattern, limits: BodyLimits = BodyLimits(), timeout: Duration? = nil,
        handle: @escaping Handle
    ) {
        self.method = method
        self.pattern = pattern
        self.limits = limits
        self.timeout = timeout
        self.handle = handle
    }
}
