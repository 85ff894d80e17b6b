/// An HTTP client on libcurl: one thread drives all transfers, callers `await`. Connections are kept and used again.
///
/// ```swift
/// let client = try Client()
/// let answer = try await client.send(.init(.post, url, body: bytes), retry: .standard)
/// await client.close()
/// ```
///
/// Redirects are not followed: an answer of 3xx is an answer. Certificates are verified.
public final class Client: Sendable {
    private let loop: ClientLoop

    /// - Throws: `ClientError` when libcurl does not start, which means that there is no memory or no file descriptor left.
    public init(_ settings: Settings = Settings()) throws(ClientError) {
        loop = try ClientLoop(settings)
    }

    /// The thread goes on until what is under way has been failed, without anybody waiting for it.
    deinit { loop.requestClose() }

    /// One attempt.
    ///
    /// - Throws: `ClientError`, or `CancellationError` as soon as the task is cancelled.
    public func send(_ request: Request) async throws -> Response {
        if let problem = request.problem { throw ClientError(.invalidRequest, problem, wasSent: false) }
        let order = Order(request)
        return try await withTaskCancellationHandler {
            guard loop.submit(.start(order)) else { throw ClientError.closed(wasSent: false) }
            return try await order.wait()
        } onCancel: {
            order.answer(.failure(CancellationError()))
            _ = loop.submit(.cancel(order))
        }
    }

    /// Fails what is under way and returns once the thread has ended. Later requests fail; a second call just waits too.
    public func close() async { await loop.close() }
}
