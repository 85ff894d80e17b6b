import HTTPMessages
import HTTPServer
import TestSupport
import Testing

/// Answers without an end of their own.
@Suite struct StreamTests {
    private static let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    /// A route of events that the test makes, and what it hears when the client is gone.
    private func events(heartbeat: Duration = .seconds(15)) -> (
        Router, AsyncStream<ServerSentEvent>.Continuation, ended: Signal
    ) {
        let (stream, continuation) = AsyncStream<ServerSentEvent>.makeStream()
        let ended = Signal()
        continuation.onTermination = { _ in ended.fire() }
        return (Router([Route(.get, "/") { _ in .events(stream, heartbeat: heartbeat) }]), continuation, ended)
    }

    @Test func `events arrive when they happen, and the stream's end is the answer's`() async throws {
        let (router, source, _) = events()
        try await withServer(router) { server in
            let (head, isClean) = try await withRawClient(server.port) { client in
                try client.send(Self.request)
                let head = try client.read(through: "\r\n\r\n")
                for number in 1...3 {
                    source.yield(ServerSentEvent(id: "\(number)", data: "tick"))
                    _ = try client.read(through: "id: \(number)\ndata: tick\n\n")
                }
                source.finish()
                return (head, try client.read(through: "0\r\n\r\n").hasSuffix("\r\n0\r\n\r\n"))
            }
            #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(head.contains("Content-Type: text/event-stream; charset=utf-8\r\n"))
            #expect(head.contains("Cache-Control: no-store\r\n"))
            #expect(isClean)
        }
    }

    @Test(arguments: [false, true])
    func `a client that leaves ends the stream at its source`(withReset: Bool) async throws {
        let (router, source, ended) = events()
        try await withServer(router) { server in
            try await withRawClient(server.port) { client in
                try client.send(Self.request)
                source.yield(ServerSentEvent(data: "1"))
                _ = try client.read(through: "data: 1\n\n")
                if withReset { client.resetOnClose() }
            }
            try await ended.wait()
            try await eventually { server.connections == 0 }
        }
    }

    @Test func `a client that leaves a busy stream ends it too`() async throws {
        let ended = Signal()
        let router = Router([
            Route(.get, "/") { _ in
                let (stream, continuation) = AsyncStream<[UInt8]>.makeStream(bufferingPolicy: .bufferingNewest(1))
                let producer = Task {
                    while !Task.isCancelled {
                        continuation.yield([UInt8](repeating: 0x78, count: 10_000))
                        await Task.yield()
                    }
                }
                continuation.onTermination = { _ in
                    producer.cancel()
                    ended.fire()
                }
                return .stream(.ok, type: "text/plain", stream)
            }
        ])
        try await withServer(router) { server in
            try await withRawClient(server.port) { client in
                try client.send(Self.request)
                _ = try client.read(through: "xxx")
            }
            try await ended.wait()
            try await eventually { server.connections == 0 }
        }
    }

    @Test func `a quiet stream sends signs of life`() async throws {
        let (router, source, _) = events(heartbeat: .milliseconds(50))
        try await withServer(router) { server in
            try await withRawClient(server.port) { client in
                try client.send(Self.request)
                _ = try client.read(through: ":\n\n")
                source.yield(ServerSentEvent(data: "1"))
                _ = try client.read(through: "data: 1\n\n")
                _ = try client.read(through: ":\n\n")
            }
        }
    }

    @Test func `HEAD of a stream starts none and keeps no room`() async throws {
        let hasStarted = Counter()
        var settings = Server.Settings()
        settings.maxStreams = 1
        let router = Router([
            Route(.get, "/") { _ in
                .stream(
                    .ok, type: "text/plain",
                    AsyncStream<[UInt8]> {
                        hasStarted.add()
                        return nil
                    })
            }
        ])
        try await withServer(router, settings) { server in
            for _ in 0..<3 {
                let (answer, isClosed) = try await withRawClient(server.port) { client in
                    try client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
                    return (try client.answer(toHEAD: true), client.isClosed())
                }
                #expect(answer.status == 200)
                #expect(answer.headers["Content-Type"] == "text/plain")
                #expect(isClosed)  // Bytes that libmicrohttpd sends after it would be taken for the next answer.
            }
        }
        #expect(hasStarted.count == 0)
    }

    @Test func `a stream's source is not asked for more than its client takes`() async throws {
        let made = Counter()
        let router = Router([
            Route(.get, "/") { _ in
                .stream(
                    .ok, type: "text/plain",
                    AsyncStream<[UInt8]> {
                        made.add()
                        return [UInt8](repeating: 0x78, count: 100_000)
                    })
            }
        ])
        try await withServer(router) { server in
            try await withRawClient(server.port) { client in
                client.shrinkReceiveBuffer()
                try client.send(Self.request)
                // Far more could have been made in this time than the sockets' buffers hold.
                var last = -1
                while made.count != last {
                    last = made.count
                    _ = client.receivesNothing(for: .milliseconds(100))
                }
            }
            #expect(made.count < 200)
        }
    }
}
