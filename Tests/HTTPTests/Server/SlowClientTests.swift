import Glibc
import HTTPMessages
import HTTPServer
import TestSupport
import Testing

/// Clients that take their time: each costs a connection for as long as the settings say, and no more.
@Suite struct SlowClientTests {
    private static let router = Router([
        Route(.get, "/hello") { _ in .text(.ok, "Hello") },
        Route(.post, "/echo") { .bytes(.ok, type: "text/plain", $0.request.body) },
        Route(.get, "/large") { _ in .bytes(.ok, type: "text/plain", [UInt8](repeating: 0x78, count: 50_000_000)) },
        Route(.get, "/flood") { _ in
            .stream(.ok, type: "text/plain", AsyncStream { [UInt8](repeating: 0x78, count: 100_000) })
        },
    ])

    private func settings(_ change: (inout Server.Settings) -> Void) -> Server.Settings {
        var settings = Server.Settings()
        change(&settings)
        return settings
    }

    /// Sends a byte every few milliseconds until the server has closed. The pace is what is tested: it never pauses as long
    /// as a time-out that counts silence would need.
    private static func drip(_ client: RawClient, until deadline: ContinuousClock.Instant) -> Bool {
        while .now < deadline {
            do { try client.send("a") } catch { return true }
            if client.isClosed(within: .milliseconds(5)) { return true }
        }
        return false
    }

    @Test func `a connection on which nothing comes is closed`() async throws {
        let settings = settings { $0.headerTimeout = .milliseconds(200) }
        try await withServer(Self.router, settings) { server in
            let isClosed = try await withRawClient(server.port) { $0.isClosed() }
            #expect(isClosed)
            try await eventually { server.connections == 0 }
        }
    }

    @Test func `fields that come a byte at a time are cut off when their time is over`() async throws {
        let settings = settings { $0.headerTimeout = .milliseconds(200) }
        try await withServer(Self.router, settings) { server in
            let isClosed = try await withRawClient(server.port) { client in
                try client.send("GET /hello HTTP/1.1\r\nX: ")
                return Self.drip(client, until: .now + .seconds(10))
            }
            #expect(isClosed)
        }
    }

    @Test func `a body that comes a byte at a time is cut off when its time is over`() async throws {
        let settings = settings { $0.bodyTimeout = .milliseconds(200) }
        try await withServer(Self.router, settings) { server in
            let isClosed = try await withRawClient(server.port) { client in
                try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
                return Self.drip(client, until: .now + .seconds(10))
            }
            #expect(isClosed)
        }
    }

    @Test func `a connection kept open after an answer is closed when it stays silent`() async throws {
        let settings = settings { $0.headerTimeout = .milliseconds(200) }
        try await withServer(Self.router, settings) { server in
            let (answer, isClosed) = try await withRawClient(server.port) { client in
                try client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
                return (try client.answer(), client.isClosed())
            }
            #expect(answer.text == "Hello")
            #expect(isClosed)
        }
    }

    @Test(arguments: ["/large", "/flood"])
    func `a client that does not take its answer is cut off`(path: String) async throws {
        let observed = Recorder<Observation>()
        let settings = settings {
            $0.writeTimeout = .milliseconds(200)
            $0.observe = { observed.record($0) }
        }
        try await withServer(Self.router, settings) { server in
            try await onThread { [port = server.port] in
                let client = try RawClient(port: port)
                client.shrinkReceiveBuffer()
                try client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                try blockUntil("the server has given up") { !observed.all.isEmpty }
            }
            #expect(observed.all.map(\.route) == [path])
            try await eventually { server.connections == 0 }
        }
    }

    @Test func `a handler over its deadline is cancelled and answered for`() async throws {
        let wasCancelled = Signal()
        let router = Router([
            Route(.get, "/") { _ in
                do { try await Signal().wait() } catch {
                    wasCancelled.fire()
                    throw error
                }
                return .noContent
            }
        ])
        try await withServer(router, settings { $0.handlerTimeout = .milliseconds(200) }) { server in
            let answers = try await withRawClient(server.port) { client in
                try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\n\r\n")
                return (try client.answer(), try client.answer())
            }
            try await wasCancelled.wait()
            #expect(answers.0.status == 504)
            #expect(answers.0.problem?.type == "/problems/timed-out")
            #expect(answers.1.status == 404)  // The connection is as good as before.
        }
    }

    @Test func `a route's own deadline counts before the server's`() async throws {
        let router = Router([
            Route(.get, "/", timeout: .milliseconds(100)) { _ in
                try await Signal().wait()
                return .noContent
            }
        ])
        try await withServer(router) { server in
            let answer = try await withRawClient(server.port) { client in
                try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                return try client.answer()
            }
            #expect(answer.status == 504)
        }
    }

    @Test func `a thousand silent clients keep nobody from being answered`() async throws {
        let settings = settings {
            $0.connectionLimit = 2_048
            $0.headerTimeout = .seconds(5)
            $0.bodyTimeout = .seconds(5)
        }
        try await withServer(Self.router, settings) { server in
            let port = server.port
            let answer = try await onThread {
                let silent = try (0..<1_000).map { index in
                    let client = try RawClient(port: port)
                    if index.isMultiple(of: 2) {
                        try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1")
                    }
                    return client
                }
                let client = try RawClient(port: port)
                try client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
                let answer = try client.answer()
                _ = silent.count
                return answer
            }
            #expect(answer.text == "Hello")
            try await eventually { server.connections == 0 }
        }
    }

    @Test func `a client that leaves while its handler waits cancels it`() async throws {
        let (hasStarted, wasCancelled) = (Signal(), Signal())
        let observed = Recorder<Observation>()
        let router = Router([
            Route(.get, "/") { _ in
                hasStarted.fire()
                do { try await Signal().wait() } catch { wasCancelled.fire() }
                return .noContent
            }
        ])
        try await withServer(router, settings { $0.observe = { observed.record($0) } }) { server in
            let port = server.port
            let client = Task {
                try await onThread {
                    let client = try RawClient(port: port)
                    try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    _ = client.isClosed(within: .milliseconds(100))
                    client.shutdownSending()
                    return client.isClosed()
                }
            }
            try await hasStarted.wait()
            try await wasCancelled.wait()
            let isClosed = try await client.value
            #expect(isClosed)
            try await eventually { observed.all.map(\.status) == [499] }
        }
    }
}
