import Glibc
import HTTPClient
import HTTPMessages
import HTTPServer
import TestSupport
import Testing

@Suite struct ClientTests {
    @Test func `fields are sent as given and received as sent`() async throws {
        let router = Router([
            Route(.post, "/") { context in
                let names = ["X-One", "X-Empty", "Content-Type", "Expect", "Host"]
                let lines = names.map { "\($0)=\(context.header($0) ?? "none")" }
                return .text(.ok, lines.joined(separator: " "), headers: ["X-Answer": "a b", "x-answer": "c"])
            }
        ])
        try await withServer(router) { server in
            try await withClient { client in
                let headers: Fields = ["X-One": "a, b", "X-Empty": "", "Content-Type": "application/json"]
                let answer = try await client.send(
                    .init(.post, server.url("/"), headers: headers, body: [UInt8](repeating: 0x20, count: 2_000)))
                // No "Expect: 100-continue", which would cost a second with servers that do not know it.
                #expect(
                    String(decoding: answer.body, as: UTF8.self)
                        == "X-One=a, b X-Empty= Content-Type=application/json Expect=none Host=127.0.0.1:\(server.port)"
                )
                #expect(answer.headers.values("X-ANSWER") == ["a b", "c"])
            }
        }
    }

    @Test(arguments: [
        Client.Request(.get, "http://x/", headers: ["X": "a\r\nY: b"]),
        Client.Request(.get, "http://x/", headers: ["X\n": "a"]),
        Client.Request(.get, "http://x/", headers: ["X:": "a"]), Client.Request(.get, "http://x/", headers: ["": "a"]),
        Client.Request(.get, "http://x/", headers: ["X": "a\u{0}"]),
        Client.Request(Method(rawValue: "GET /\r\n"), "http://x/"),
        Client.Request(Method(rawValue: ""), "http://x/"), Client.Request(.get, "http://x/\r\nX: y"),
        Client.Request(.get, "http://x/ y"), Client.Request(.get, "file:///etc/passwd"),
        Client.Request(.get, "ftp://x/"),
        Client.Request(.get, "gopher://x/"), Client.Request(.get, ""), Client.Request(.get, "http://"),
    ])
    func `a request that could carry more than it says is not sent`(request: Client.Request) async throws {
        try await withClient { client in
            let error = await #expect(throws: ClientError.self) { try await client.send(request) }
            #expect(error?.kind == .invalidRequest)
            #expect(error?.wasSent == false)
        }
    }

    @Test func `a redirect is an answer, not an order`() async throws {
        let seen = Counter()
        let router = Router([
            Route(.get, "/") { _ in Response(status: Status(302), headers: ["Location": "/elsewhere"]) },
            Route(.get, "/elsewhere") { _ in
                seen.add()
                return .noContent
            },
        ])
        try await withServer(router) { server in
            try await withClient { client in
                let answer = try await client.send(.init(.get, server.url("/")))
                #expect(answer.status == 302)
                #expect(answer.headers["Location"] == "/elsewhere")
            }
        }
        #expect(seen.count == 0)
    }

    @Test func `an answer over the limit is refused while it comes`() async throws {
        let router = Router([
            Route(.get, "/{n}") {
                .bytes(.ok, type: "text/plain", [UInt8](repeating: 0x78, count: try $0.integer("n", in: 0...1_000_000)))
            },
            Route(.get, "/endless") { _ in
                .stream(.ok, type: "text/plain", AsyncStream { [UInt8](repeating: 0x78, count: 10_000) })
            },
        ])
        var settings = Client.Settings()
        settings.bodyLimit = 1_000
        try await withServer(router) { server in
            try await withClient(settings) { client in
                let answer = try await client.send(.init(.get, server.url("/1000")))
                #expect(answer.body.count == 1_000)
                for path in ["/1001", "/endless"] {
                    let error = await #expect(throws: ClientError.self) {
                        try await client.send(.init(.get, server.url(path)))
                    }
                    #expect(error?.kind == .answerTooLarge)
                }
            }
        }
    }

    @Test func `fields of an answer over the limit are refused`() async throws {
        let answer =
            "HTTP/1.1 200 OK\r\n" + String(repeating: "X: \(String(repeating: "x", count: 1_000))\r\n", count: 70)
            + "\r\n"
        try await withCannedServer(answers: [answer]) { port in
            try await withClient { client in
                let error = await #expect(throws: ClientError.self) {
                    try await client.send(.init(.get, "http://127.0.0.1:\(port)/"))
                }
                #expect(error?.kind == .answerTooLarge)
            }
        }
    }

    @Test func `a time-out ends the request, and tells that it was sent`() async throws {
        let router = Router([
            Route(.post, "/") { _ in
                try await Signal().wait()
                return .noContent
            }
        ])
        try await withServer(router) { server in
            try await withClient { client in
                let error = await #expect(throws: ClientError.self) {
                    try await client.send(.init(.post, server.url("/"), timeout: .milliseconds(200)))
                }
                #expect(error?.kind == .timeout)
                #expect(error?.wasSent == true)
                #expect(error?.isRetryable == true)
            }
        }
    }

    @Test func `a server that is not there is unreachable, and nothing was sent`() async throws {
        let port = try await withServer(Router([])) { $0.port }
        try await withClient { client in
            let error = await #expect(throws: ClientError.self) {
                try await client.send(.init(.post, "http://127.0.0.1:\(port)/"))
            }
            #expect(error?.kind == .unreachable)
            #expect(error?.wasSent == false)
        }
    }

    @Test func `an answer that breaks off is an error, and the request was sent`() async throws {
        try await withCannedServer(answers: ["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"]) { port in
            try await withClient { client in
                let error = await #expect(throws: ClientError.self) {
                    try await client.send(.init(.get, "http://127.0.0.1:\(port)/"))
                }
                #expect(error?.kind == .unreachable)
                #expect(error?.wasSent == true)
            }
        }
    }

    @Test func `connections are used again`() async throws {
        try await withServer(Router([Route(.get, "/") { _ in .noContent }])) { server in
            try await withClient { client in
                for _ in 0..<50 { _ = try await client.send(.init(.get, server.url("/"))) }
                #expect(server.connections == 1)
            }
        }
    }

    @Test func `many requests at once share the connections allowed`() async throws {
        let (most, now) = (Recorder<Int>(), Counter())
        let router = Router([
            Route(.get, "/") { _ in
                most.record(now.add())
                await Task.yield()
                now.add(-1)
                return .noContent
            }
        ])
        var settings = Client.Settings()
        settings.connectionsPerHost = 4
        try await withServer(router) { server in
            try await withClient(settings) { client in
                try await withThrowingTaskGroup(of: Status.self) { group in
                    for _ in 0..<200 { group.addTask { try await client.send(.init(.get, server.url("/"))).status } }
                    for try await status in group { #expect(status == .noContent) }
                }
                #expect(server.connections <= 4)
            }
        }
        #expect(most.all.max() ?? 0 <= 4)
    }

    // MARK: Ends

    @Test func `a cancelled task hears at once, and the server sees its client leave`() async throws {
        let (hasStarted, wasCancelled) = (Signal(), Signal())
        let router = Router([
            Route(.get, "/") { _ in
                hasStarted.fire()
                do { try await Signal().wait() } catch { wasCancelled.fire() }
                return .noContent
            }
        ])
        try await withServer(router) { server in
            try await withClient { client in
                let task = Task { try await client.send(.init(.get, server.url("/"), timeout: .seconds(60))) }
                try await hasStarted.wait()
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                try await wasCancelled.wait()
            }
        }
    }

    @Test func `a request of a task cancelled before is not sent`() async throws {
        let seen = Counter()
        let router = Router([
            Route(.get, "/") { _ in
                seen.add()
                return .noContent
            }
        ])
        try await withServer(router) { server in
            try await withClient { client in
                let task = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await client.send(.init(.get, server.url("/")))
                }
                await #expect(throws: CancellationError.self) { try await task.value }
            }
        }
        #expect(seen.count == 0)
    }

    @Test func `closing fails what is under way and all that comes later`() async throws {
        let hasStarted = Signal()
        let router = Router([
            Route(.get, "/") { _ in
                hasStarted.fire()
                try await Signal().wait()
                return .noContent
            }
        ])
        try await withServer(router) { server in
            let client = try Client()
            let task = Task { try await client.send(.init(.get, server.url("/"), timeout: .seconds(60))) }
            try await hasStarted.wait()
            await client.close()
            let under = await #expect(throws: ClientError.self) { try await task.value }
            #expect(under?.kind == .closed)
            #expect(under?.wasSent == true)
            let later = await #expect(throws: ClientError.self) { try await client.send(.init(.get, server.url("/"))) }
            #expect(later?.kind == .closed)
            #expect(later?.wasSent == false)
            await client.close()
        }
    }

    @Test func `sends and closes at the same time all come to an end`() async throws {
        try await withServer(Router([Route(.get, "/") { _ in .noContent }])) { server in
            for _ in 0..<50 {
                let client = try Client()
                await withTaskGroup { group in
                    for index in 0..<20 {
                        group.addTask {
                            if index == 10 { await client.close() }
                            _ = try? await client.send(.init(.get, server.url("/")))
                        }
                    }
                }
                await client.close()
            }
        }
    }

    @Test func `a client let go of ends its thread`() async throws {
        let count = { try threads(named: "http-client") }
        var clients = try (0..<20).map { _ in try Client() }
        try await eventually { try count() >= 20 }
        clients.removeAll()
        // Other tests have clients of their own, but not as many.
        try await eventually { try count() < 20 }
    }

    // MARK: Another attempt

    @Test func `an attempt that failed is made again, with the same body`() async throws {
        let attempts = Recorder<[UInt8]>()
        let router = Router([
            Route(.put, "/") { context in
                attempts.record(context.request.body)
                return Response(status: attempts.all.count < 3 ? 503 : 200)
            }
        ])
        let policy = RetryPolicy(attempts: 4, base: .milliseconds(1), cap: .milliseconds(2))
        try await withServer(router) { server in
            try await withClient { client in
                let answer = try await client.send(.init(.put, server.url("/"), body: [1, 2]), retry: policy)
                #expect(answer.status == 200)
            }
        }
        #expect(attempts.all == [[1, 2], [1, 2], [1, 2]])
    }

    @Test func `a POST that may have been done is not sent again, and one with a key is`() async throws {
        let attempts = Counter()
        let router = Router([
            Route(.post, "/") { _ in
                attempts.add()
                return Response(status: 504)
            }
        ])
        let policy = RetryPolicy(attempts: 3, base: .milliseconds(1), cap: .milliseconds(2))
        try await withServer(router) { server in
            try await withClient { client in
                let once = try await client.send(.init(.post, server.url("/")), retry: policy)
                #expect(once.status == 504)
                #expect(attempts.count == 1)
                let keyed = Client.Request(.post, server.url("/"), headers: ["Idempotency-Key": "\"k\""])
                let thrice = try await client.send(keyed, retry: policy)
                #expect(thrice.status == 504)
                #expect(attempts.count == 4)
            }
        }
    }

    @Test func `a POST whose answer was lost is not sent again`() async throws {
        try await withCannedServer(answers: ["", "HTTP/1.1 204 No Content\r\n\r\n"]) { port in
            try await withClient { client in
                let error = await #expect(throws: ClientError.self) {
                    try await client.send(.init(.post, "http://127.0.0.1:\(port)/"), retry: .standard)
                }
                #expect(error?.wasSent == true)
                let answer = try await client.send(.init(.get, "http://127.0.0.1:\(port)/"), retry: .standard)
                #expect(answer.status == 204)
            }
        }
    }
}

/// The number of this process's threads with that name.
private func threads(named name: String) throws -> Int {
    var count = 0
    guard let folder = opendir("/proc/self/task") else { return 0 }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
        let id = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard let file = fopen("/proc/self/task/\(id)/comm", "r") else { continue }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 32)
        guard fgets(&line, 32, file) != nil else { continue }
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if text == name + "\n" { count += 1 }
    }
    return count
}
