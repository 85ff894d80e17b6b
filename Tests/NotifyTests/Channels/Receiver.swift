import HTTPClient
import HTTPMessages
import HTTPServer
import Threads

/// Somebody else's server, on a free port, which remembers what it was sent.
final class Receiver: Sendable {
    let base: String
    let client: Client
    private let requests: Requests

    var received: [HTTPServer.Request] { requests.all.withLock { $0 } }

    private final class Requests: Sendable { let all = Lock<[HTTPServer.Request]>([]) }

    private init(base: String, client: Client, requests: Requests) {
        self.base = base
        self.client = client
        self.requests = requests
    }

    /// Lends one that answers as told.
    static func lend(
        answering answer: @escaping @Sendable (HTTPServer.Request) async throws -> HTTPServer.Response,
        _ body: (Receiver) async throws -> Void
    ) async throws {
        let requests = Requests()
        let router = Router([
            Route(.post, "/{path}") { context in
                requests.all.withLock { $0.append(context.request) }
                return try await answer(context.request)
            }
        ])
        let server = try Server.start(router)
        let client = try Client()
        let receiver = Receiver(base: "http://127.0.0.1:\(server.port)", client: client, requests: requests)
        let result: Result<Void, any Error>
        do { result = .success(try await body(receiver)) } catch { result = .failure(error) }
        await client.close()
        await server.stop(grace: .zero)
        try result.get()
    }
}
