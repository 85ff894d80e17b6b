import HTTPClient
import HTTPMessages
import HTTPServer
import TestSupport
import Testing

/// The server as our own client sees it.
@Suite struct RoundTripTests {
    @Test func `a handler's answer reaches the client`() async throws {
        let router = Router([
            Route(.post, "/echo/{name}") { context in
                .bytes(.created, type: "text/plain", context.request.body + Array(context.parameter("name").utf8))
            }
        ])
        try await withServer(router) { server in
            try await withClient { client in
                let answer = try await client.send(.init(.post, server.url("/echo/%E6%9F%B3"), body: [0x61, 0x62]))
                #expect(answer.status == .created)
                #expect(String(decoding: answer.body, as: UTF8.self) == "ab柳")
                #expect(answer.headers["content-type"] == "text/plain")
            }
        }
    }

    @Test(arguments: [Method.get, .head, .put, .patch, .delete, .options, Method(rawValue: "PROPFIND")])
    func `each method arrives as it was sent`(method: Method) async throws {
        let router = Router([Route(method, "/") { .text(.ok, "", headers: ["X-Method": $0.request.method.rawValue]) }])
        try await withServer(router) { server in
            try await withClient { client in
                let answer = try await client.send(.init(method, server.url("/")))
                #expect(answer.status == .ok)
                #expect(answer.headers["X-Method"] == method.rawValue)
            }
        }
    }

    @Test(arguments: [0, 1, 65_536, 65_537, 1 << 20])
    func `a body of any length up to the limit goes both ways`(length: Int) async throws {
        let router = Router([Route(.put, "/") { .bytes(.ok, type: "application/octet-stream", $0.request.body) }])
        try await withServer(router) { server in
            try await withClient { client in
                let body = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                let answer = try await client.send(.init(.put, server.url("/"), body: body))
                #expect(answer.body == body)
            }
        }
    }

    @Test func `an answer that waited is as good as one that did not`() async throws {
        let router = Router([
            Route(.get, "/") { context in
                await Task.yield()
                return .text(.ok, "waited")
            }
        ])
        try await withServer(router) { server in
            try await withClient { client in
                for _ in 0..<100 {
                    let answer = try await client.send(.init(.get, server.url("/")))
                    #expect(answer.body == Array("waited".utf8))
                }
            }
        }
    }

    @Test func `a server listens on IPv6`() async throws {
        var settings = Server.Settings()
        settings.host = "::1"
        try await withServer(Router([Route(.get, "/") { _ in .noContent }]), settings) { server in
            let port = server.port
            let answer = try await onThread {
                let client = try RawClient(port: port, host: "::1")
                try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                return try client.answer()
            }
            #expect(answer.status == 204)
            #expect(answer.headers["Content-Length"] == nil)  // RFC 9110, section 8.6
        }
    }

    @Test func `a name or a taken port is refused with what to do about it`() async throws {
        var settings = Server.Settings()
        settings.host = "localhost"
        #expect(throws: Server.StartError.self) { try Server.start(Router([]), settings) }
        try await withServer(Router([])) { server in
            var settings = Server.Settings()
            settings.port = server.port
            let error = #expect(throws: Server.StartError.self) { try Server.start(Router([]), settings) }
            #expect(error?.description == "cannot listen on 127.0.0.1:\(server.port): Address already in use")
        }
    }

    @Test func `a server let go of without a stop takes its port with it`() async throws {
        let port = try Server.start(Router([])).port
        var settings = Server.Settings()
        settings.port = port
        try await eventually {
            guard let server = try? Server.start(Router([]), settings) else { return false }
            await server.stop(grace: .zero)
            return true
        }
    }
}
