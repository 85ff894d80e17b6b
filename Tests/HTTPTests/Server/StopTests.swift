import HTTPClient
import HTTPMessages
import HTTPServer
import TestSupport
import Testing

/// The end of a server, with clients in every state.
@Suite struct StopTests {
    private static let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func `what is under way is finished, and its client asked to leave`() async throws {
        let (hasStarted, gate) = (Signal(), Signal())
        let router = Router([
            Route(.get, "/") { _ in
                hasStarted.fire()
                try await gate.wait()
                return .text(.ok, "done")
            }
        ])
        let server = try Server.start(router)
        let port = server.port
        let client = Task {
            try await withRawClient(port) { client in
                try client.send(Self.request)
                return try client.answer()
            }
        }
        try await hasStarted.wait()
        let stop = Task { await server.stop(grace: .seconds(20)) }
        // A new client finds nobody once the stop has begun.
        try await eventually {
            (try? await onThread { _ = try RawClient(port: port) }) == nil
        }
        gate.fire()
        let answer = try await client.value
        #expect(answer.text == "done")
        #expect(answer.headers["Connection"]?.lowercased() == "close")
        await stop.value
    }

    @Test func `a handler that outlasts the grace is cancelled and answered for with 503`() async throws {
        let (hasStarted, wasCancelled) = (Signal(), Signal())
        let router = Router([
            Route(.get, "/") { _ in
                hasStarted.fire()
                do { try await Signal().wait() } catch { wasCancelled.fire() }
                return .noContent
            }
        ])
        let server = try Server.start(router)
        let port = server.port
        let client = Task {
            try await withRawClient(port) { client in
                try client.send(Self.request)
                return try client.answer()
            }
        }
        try await hasStarted.wait()
        await server.stop(grace: .milliseconds(50))
        let answer = try await client.value
        #expect(answer.status == 503)
        #expect(answer.headers["Retry-After"] == "1")
        #expect(answer.problem?.type == "/problems/shutting-down")
        try await wasCancelled.wait()
    }

    @Test func `a handler that ignores its cancellation does not hold up the end`() async throws {
        let (hasStarted, gate, hasEnded) = (Signal(), Signal(), Signal())
        let router = Router([
            Route(.get, "/") { _ in
                hasStarted.fire()
                await Task { try? await gate.wait() }.value  // Not cancelled with the handler.
                hasEnded.fire()
                return .text(.ok, "too late")
            }
        ])
        let server = try Server.start(router)
        let port = server.port
        let client = Task {
            try await withRawClient(port) { client in
                try client.send(Self.request)
                return try client.answer().status
            }
        }
        try await hasStarted.wait()
        await server.stop(grace: .zero)
        #expect(try await client.value == 503)
        gate.fire()
        try await hasEnded.wait()
    }

    @Test func `silent, half-sent, waiting and streaming clients do not hold up the end`() async throws {
        let hasStarted = Counter()
        let router = Router([
            Route(.get, "/wait") { _ in
                hasStarted.add()
                try await Signal().wait()
                return .noContent
            },
            Route(.get, "/events") { _ in
                hasStarted.add()
                return .events(AsyncStream<ServerSentEvent> { _ in })
            },
            Route(.post, "/") { _ in .noContent },
        ])
        let server = try Server.start(router)
        let port = server.port
        let clients = Task {
            try await onThread {
                let clients = try [
                    "", "GET /wait HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nabc",
                    "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n", "GET /events HTTP/1.1\r\nHost: x\r\n\r\n",
                ].map { request in
                    let client = try RawClient(port: port)
                    try client.send(request)
                    return client
                }
                return clients.map { $0.isClosed(within: .seconds(20)) }
            }
        }
        try await eventually { hasStarted.count == 2 && server.connections == 5 }
        let start = ContinuousClock.now
        await server.stop(grace: .milliseconds(200))
        #expect(.now - start < .seconds(10))
        #expect(try await clients.value == [true, true, true, true, true])
    }

    @Test func `a stream ends cleanly`() async throws {
        let router = Router([
            Route(.get, "/") { _ in .events(AsyncStream<ServerSentEvent> { $0.yield(.init(data: "1")) }) }
        ])
        let server = try Server.start(router)
        let port = server.port
        let hasEvent = Signal()
        let client = Task {
            try await withRawClient(port) { client in
                try client.send(Self.request)
                _ = try client.read(through: "data: 1\n\n")
                hasEvent.fire()
                return try client.read(through: "0\r\n\r\n").hasSuffix("0\r\n\r\n")
            }
        }
        try await hasEvent.wait()
        await server.stop(grace: .seconds(20))
        #expect(try await client.value)
    }

    @Test func `stops at the same time all return, and one more too`() async throws {
        let server = try Server.start(Router([]))
        await withTaskGroup { group in
            for _ in 0..<10 { group.addTask { await server.stop(grace: .seconds(1)) } }
        }
        await server.stop(grace: .seconds(1))
        #expect(server.connections == 0)
    }

    /// libmicrohttpd aborts the process when it is stopped with a suspended connection, and a resume must never come before
    /// its suspend nor after its request's end: clients that leave at any moment, and a stop in the middle of it.
    @Test(arguments: 0..<4) func `a stop under load with clients that leave at random harms nothing`(seed: UInt64)
        async throws
    {
        let router = Router([
            Route(.get, "/quick") { _ in .text(.ok, "quick") },
            Route(.get, "/yield") { _ in
                await Task.yield()
                return .text(.ok, "yield")
            },
            Route(.get, "/slow/{ms}") { context in
                // A handler that takes its time, and is cancelled in it.
                try await Task.sleep(for: .milliseconds(context.integer("ms", in: 0...10_000)))
                return .text(.ok, "slow")
            },
            Route(.get, "/events") { _ in
                .events(
                    AsyncStream<ServerSentEvent> {
                        // Not as fast as it can, or the other routes would starve.
                        try? await Task.sleep(for: .milliseconds(1))
                        return Task.isCancelled ? nil : ServerSentEvent(data: "tick")
                    })
            },
            Route(.post, "/echo") { .bytes(.ok, type: "text/plain", $0.request.body) },
        ])
        var settings = Server.Settings()
        settings.handlerTimeout = .milliseconds(150)
        let finished = Counter()
        settings.observe = { _ in finished.add() }
        let server = try Server.start(router, settings)
        let port = server.port
        let isOver = Signal()
        let load = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        try await onThread {
                            Chaos(port: port, seed: seed * 100 + UInt64(worker)).run(while: { !isOver.hasFired })
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        try await eventually(within: .seconds(60)) { finished.count > 300 }
        await server.stop(grace: .milliseconds(100))
        #expect(server.connections == 0)
        isOver.fire()
        try await load.value
    }
}

/// A client that begins requests and leaves at a random moment.
private struct Chaos {
    let port: UInt16
    let seed: UInt64

    private static let host = "Host: x\r\n"

    func run(while isGoingOn: () -> Bool) {
        var random = SplitMix(state: seed)
        while isGoingOn() {
            guard let client = try? RawClient(port: port) else { continue }
            if random.chance(2) { client.resetOnClose() }
            for _ in 0..<(1 + random.below(3)) {
                var request = Array(self.request(&random).utf8)
                if random.chance(3) { request.removeLast(random.below(request.count)) }
                guard (try? client.send(request)) != nil else { break }
                _ = try? client.answer(within: .milliseconds([0, 0, 1, 5, 20, 200][random.below(6)]))
            }
        }
    }

    private func request(_ random: inout SplitMix) -> String {
        let body = String(repeating: "x", count: [1, 300, 100_000][random.below(3)])
        let requests = [
            "GET /quick HTTP/1.1\r\n\(Self.host)\r\n", "GET /yield HTTP/1.1\r\n\(Self.host)\r\n",
            "GET /slow/\([0, 1, 5, 100, 10_000][random.below(5)]) HTTP/1.1\r\n\(Self.host)\r\n",
            "GET /events HTTP/1.1\r\n\(Self.host)\r\n",
            "POST /echo HTTP/1.1\r\n\(Self.host)Content-Length: \(body.utf8.count)\r\n\r\n\(body)",
            "POST /echo HTTP/1.1\r\n\(Self.host)Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        ]
        return requests[random.below(requests.count)]
    }
}

/// Reproducible random numbers (SplitMix64).
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func chance(_ oneIn: Int) -> Bool { below(oneIn) == 0 }
}
