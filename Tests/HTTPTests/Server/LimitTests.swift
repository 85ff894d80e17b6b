import HTTPMessages
import HTTPServer
import TestSupport
import Testing

/// What all clients together can make a server hold, and what it tells of them.
@Suite struct LimitTests {
    private func settings(_ change: (inout Server.Settings) -> Void) -> Server.Settings {
        var settings = Server.Settings()
        change(&settings)
        return settings
    }

    @Test func `above the most handlers at once the answer is 429 with a time to come back`() async throws {
        let (gate, started) = (Signal(), Counter())
        let router = Router([
            Route(.get, "/") { _ in
                started.add()
                try await gate.wait()
                return .text(.ok, "done")
            }
        ])
        try await withServer(router, settings { $0.maxInFlight = 2 }) { server in
            let port = server.port
            let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
            let waiting = (0..<2).map { _ in
                Task {
                    try await withRawClient(port) { client in
                        try client.send(request)
                        return try client.answer()
                    }
                }
            }
            try await eventually { started.count == 2 }
            let refused = try await withRawClient(port) { client in
                try client.send(request)
                return try client.answer()
            }
            #expect(refused.status == 429)
            #expect(refused.headers["Retry-After"] == "1")
            #expect(refused.problem?.type == "/problems/overloaded")

            gate.fire()
            for task in waiting {
                let answer = try await task.value
                #expect(answer.text == "done")
            }
            let later = try await withRawClient(port) { client in
                try client.send(request)
                return try client.answer()
            }
            #expect(later.text == "done")
        }
    }

    @Test func `bodies that would not fit together are refused, and room comes back`() async throws {
        let (hasStarted, gate) = (Signal(), Signal())
        let router = Router([
            Route(.post, "/") { context in
                hasStarted.fire()
                try await gate.wait()
                return .text(.ok, "\(context.request.body.count)")
            }
        ])
        let request =
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" + String(repeating: "x", count: 60_000)
        try await withServer(router, settings { $0.bodyMemory = 100_000 }) { server in
            let port = server.port
            let first = Task {
                try await withRawClient(port) { client in
                    try client.send(request)
                    return try client.answer()
                }
            }
            try await hasStarted.wait()
            let refused = try await withRawClient(port) { client in
                try client.send(request)
                return try client.answer()
            }
            #expect(refused.status == 429)
            #expect(refused.headers["Retry-After"] == "1")
            #expect(refused.problem?.type == "/problems/overloaded")

            gate.fire()
            let answer = try await first.value
            #expect(answer.text == "60000")
            try await eventually {
                let later = try await withRawClient(port) { client in
                    try client.send(request)
                    return try client.answer()
                }
                return later.text == "60000"
            }
        }
    }

    @Test func `above the most streams at once the answer is 429`() async throws {
        let router = Router([
            Route(.get, "/") { _ in .events(AsyncStream<ServerSentEvent> { $0.yield(.init(data: "1")) }) }
        ])
        try await withServer(router, settings { $0.maxStreams = 1 }) { server in
            let port = server.port
            let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
            try await withRawClient(port) { client in
                try client.send(request)
                _ = try client.read(through: "data: 1\n\n")
                let other = try RawClient(port: port)
                try other.send(request)
                let refused = try other.answer()
                guard refused.status == 429 else { throw RawClient.Failure(description: "\(refused.status)") }
            }
            // The first has left, which the server learns of within a round of its sweeper.
            try await eventually {
                try await withRawClient(port) { client in
                    try client.send(request)
                    return try client.read(through: "\r\n").hasPrefix("HTTP/1.1 200")
                }
            }
        }
    }

    @Test func `each request is observed once, by its route and never by its path`() async throws {
        let observed = Recorder<Observation>()
        let router = Router([
            Route(.post, "/v1/findings/{id}", limits: BodyLimits(bytes: 10)) { _ in .noContent },
            Route(.get, "/fails") { _ in throw Problem(.invalidValue) },
        ])
        try await withServer(router, settings { $0.observe = { observed.record($0) } }) { server in
            try await withRawClient(server.port) { client in
                for (request, isHEAD) in [
                    ("POST /v1/findings/7 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", false),
                    ("GET /v1/findings/8 HTTP/1.1\r\nHost: x\r\n\r\n", false),
                    ("GET /secret/9 HTTP/1.1\r\nHost: x\r\n\r\n", false),
                    ("HEAD /fails HTTP/1.1\r\nHost: x\r\n\r\n", true),
                    ("BREW /fails HTTP/1.1\r\nHost: x\r\n\r\n", false),
                    ("POST /v1/findings/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n", false),
                ] {
                    try client.send(request)
                    _ = try client.answer(toHEAD: isHEAD)
                }
            }
        }
        let expected = [
            ("/v1/findings/{id}", "POST", 204, 5), ("/v1/findings/{id}", "GET", 405, 0), ("unmatched", "GET", 404, 0),
            ("/fails", "HEAD", 422, 0), ("/fails", "other", 405, 0), ("/v1/findings/{id}", "POST", 413, 0),
        ]
        #expect(
            observed.all.map { "\($0.route) \($0.method) \($0.status) \($0.bytesIn)" }
                == expected.map { "\($0.0) \($0.1) \($0.2) \($0.3)" })
        #expect(observed.all.allSatisfy { $0.duration > .zero && $0.duration < .seconds(60) })
    }
}
