import HTTPMessages
import HTTPServer
import TestSupport
import Testing

/// Traps of libmicrohttpd's event loop, which is why it is ours.
@Suite struct EventLoopTests {
    /// Its own loop answers none of them until another event comes. With fewer or more it does.
    @Test(arguments: [127, 128, 129, 256])
    func `clients are answered, however many come at the same moment`(clients: Int) async throws {
        let gate = Signal()
        let hasStarted = Signal()
        let router = Router([
            Route(.get, "/block") { _ in
                // Keeps the event loop's thread, which no handler should, until all requests are there.
                hasStarted.fire()
                while !gate.hasFired {}
                return .noContent
            },
            Route(.get, "/") { _ in .text(.ok, "answered") },
        ])
        var settings = Server.Settings()
        settings.threads = 1
        try await withServer(router, settings) { server in
            let port = server.port
            let answers = try await onThread {
                let waiting = try (0..<clients).map { _ in
                    let client = try RawClient(port: port)
                    // A first request, so that the loop has accepted and knows it.
                    try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    _ = try client.answer()
                    return client
                }
                let blocking = try RawClient(port: port)
                try blocking.send("GET /block HTTP/1.1\r\nHost: x\r\n\r\n")
                while !hasStarted.hasFired {}
                for client in waiting { try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n") }
                gate.fire()
                _ = try blocking.answer()
                return try waiting.map { try $0.answer(within: .seconds(5)).text }
            }
            #expect(answers == Array(repeating: "answered", count: clients))
        }
    }

    /// A client's end that arrives with its last bytes is not noticed by libmicrohttpd: the deadline closes the connection.
    @Test func `a client that leaves in the middle of a request is gone by the deadline`() async throws {
        var settings = Server.Settings()
        settings.headerTimeout = .milliseconds(500)
        settings.bodyTimeout = .milliseconds(500)
        try await withServer(Router([Route(.post, "/") { _ in .noContent }]), settings) { server in
            let port = server.port
            for _ in 0..<3 {
                try await onThread {
                    for _ in 0..<300 {
                        try RawClient(port: port).send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1")
                    }
                }
                try await eventually { server.connections == 0 }
            }
        }
    }
}
