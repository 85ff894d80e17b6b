import Contracts
import Crypto
import Glibc
import HTTPClient
import HTTPMessages
import HTTPServer
import TestSupport
import Testing

@testable import muster_notify

@Suite struct WebhookSenderTests {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    let signer: WebhookSigner

    init() throws { signer = try WebhookSigner(secret: Self.secret) }

    func send(_ receiver: Receiver, at now: Instant = SmallCity.noon) async -> SendOutcome {
        let sender = WebhookSender(client: receiver.client, now: { now }, timeout: .seconds(30))
        let endpoint = WebhookEndpoint(url: receiver.base + "/hook", signer: signer)
        return await sender.send(.sample(.webhook(endpoint)), to: endpoint)
    }

    @Test func `the published example of Standard Webhooks comes out`() {
        let signature = signer.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func `a receiver gets the notice, signed, under its id`() async throws {
        try await Receiver.lend { _ in
            .noContent
        } _: { receiver in
            #expect(await send(receiver) == .delivered)
            let request = try #require(receiver.received.first)
            #expect(
                String(decoding: request.body, as: UTF8.self) == """
                    {"data":{"body":"第一行\\n第二行","case":"00000000-0000-8000-8000-0000000000ca",\
                    "event":"muster.case.opened.v1","language":"zh",\
                    "notice":"00000000-0000-8000-8000-000000000007","recipient":"gao","title":"标题 \\"一\\""},\
                    "timestamp":"2026-11-24T02:00:00.000Z","type":"muster.notice.v1"}
                    """)
            #expect(request.headers["webhook-id"] == "00000000-0000-8000-8000-000000000007")
            #expect(request.headers["webhook-timestamp"] == "1795485600")
            #expect(
                request.headers["webhook-signature"]
                    == signer.signature(
                        id: "00000000-0000-8000-8000-000000000007", timestamp: 1_795_485_600, body: request.body))
        }
    }

    @Test func `a further attempt has the same id and body, and a signature of its own time`() async throws {
        try await Receiver.lend { _ in
            .noContent
        } _: { receiver in
            _ = await send(receiver)
            _ = await send(receiver, at: SmallCity.noon + .hours(5))
            let requests = receiver.received
            #expect(requests.count == 2 && requests[0].body == requests[1].body)
            #expect(Set(requests.map { $0.headers["webhook-id"] }).count == 1)
            #expect(Set(requests.map { $0.headers["webhook-timestamp"] }).count == 2)
            #expect(Set(requests.map { $0.headers["webhook-signature"] }).count == 2)
        }
    }

    @Test(.enabled(if: Oracle.isThere, "needs python3 with standardwebhooks: pip install standardwebhooks"))
    func `the reference library takes what we signed, and nothing that was changed`() async throws {
        try await Receiver.lend { _ in
            .noContent
        } _: { receiver in
            var now = timespec()
            clock_gettime(CLOCK_REALTIME, &now)
            _ = await send(receiver, at: Instant(milliseconds: Int64(now.tv_sec) * 1_000))
            let request = try #require(receiver.received.first)
            #expect(try Oracle.accepts(request))
            var changed = request
            changed.body[changed.body.count - 2] ^= 1
            #expect(try !Oracle.accepts(changed))
        }
    }

    @Test(
        arguments: [
            (200, nil, SendOutcome.delivered), (202, nil, .delivered),
            (302, nil, .retry(SendReason("http", code: 302))), (400, nil, .retry(SendReason("http", code: 400))),
            (404, nil, .retry(SendReason("http", code: 404))), (500, nil, .retry(SendReason("http", code: 500))),
            (410, nil, .refused(SendReason("http", code: 410))),
            (429, nil, .limited(SendReason("http", code: 429), wait: .seconds(60))),
            (429, "7", .limited(SendReason("http", code: 429), wait: .seconds(7))),
            (503, "120", .retry(SendReason("http", code: 503), after: .seconds(120))),
            (503, "99999999999999999999", .retry(SendReason("http", code: 503), after: .hours(24))),
        ] as [(Int, String?, SendOutcome)])
    func `a status is judged as the specification says`(status: Int, wait: String?, outcome: SendOutcome) async throws {
        try await Receiver.lend { _ in
            Response(status: .init(status), headers: wait.map { ["Retry-After": $0] } ?? [:])
        } _: { receiver in
            #expect(await send(receiver) == outcome)
        }
    }

    @Test func `a receiver that nobody can reach was not told, one that hangs up may have been`() async throws {
        try await Receiver.lend { _ in
            .noContent
        } _: { receiver in
            let sender = WebhookSender(client: receiver.client, now: { SmallCity.noon }, timeout: .seconds(30))
            func outcome(_ port: UInt16) async -> SendOutcome {
                let endpoint = WebhookEndpoint(url: "http://127.0.0.1:\(port)/hook", signer: signer)
                return await sender.send(.sample(.webhook(endpoint)), to: endpoint)
            }
            #expect(await outcome(RudeServer.nobody) == .retry(SendReason("unreachable")))
            for manner in [RudeServer.Manner.silent, .halfAnswer] {
                let server = RudeServer(manner)
                #expect(await outcome(server.port) == .unknown(SendReason("connection-lost")))
                #expect(server.received == 1)
                server.stop()
            }
        }
    }

    @Test func `a receiver that does not answer in time may have been told`() async throws {
        try await Receiver.lend { _ in
            await untilCancelled()
            return .noContent
        } _: { receiver in
            let sender = WebhookSender(client: receiver.client, now: { SmallCity.noon }, timeout: .milliseconds(200))
            let endpoint = WebhookEndpoint(url: receiver.base + "/hook", signer: signer)
            let outcome = await sender.send(.sample(.webhook(endpoint)), to: endpoint)
            #expect(outcome == .unknown(SendReason("timeout")))
        }
    }

    @Test func `a URL into our own network is refused for good, and a broken one too`() async throws {
        var settings = Client.Settings()
        settings.addresses = .publicOnly
        let client = try Client(settings)
        let sender = WebhookSender(client: client, now: { SmallCity.noon })
        for (url, reason) in [("http://127.0.0.1:9/hook", "forbidden-address"), ("http://a b/", "invalid-request")] {
            let endpoint = WebhookEndpoint(url: url, signer: signer)
            let outcome = await sender.send(.sample(.webhook(endpoint)), to: endpoint)
            guard case .refused(let given) = outcome else {
                Issue.record("\(url): \(outcome)")
                continue
            }
            #expect(given.description == reason)
        }
        await client.close()
    }

    @Test func `a body stays below what receivers take`() async throws {
        let long = Message(title: "标题", body: String(repeating: "长", count: 8_000))
        try await Receiver.lend { _ in
            .noContent
        } _: { receiver in
            let sender = WebhookSender(client: receiver.client, now: { SmallCity.noon })
            let endpoint = WebhookEndpoint(url: receiver.base + "/hook", signer: signer)
            #expect(await sender.send(.sample(.webhook(endpoint), long), to: endpoint) == .delivered)
            #expect(receiver.received.first.map { $0.body.count < 20_000 } == true)
        }
    }
}

/// Python's `standardwebhooks`, where it is installed.
private enum Oracle {
    static let isThere = system("python3 -c 'import standardwebhooks' 2>/dev/null") == 0

    /// - Throws: where a file cannot be written; an answer other than yes or no is an issue of the test.
    static func accepts(_ request: HTTPServer.Request) throws -> Bool {
        var path = Array("/tmp/muster-webhook-XXXXXX".utf8CString)
        let file = mkstemp(&path)
        try #require(file >= 0)
        defer {
            close(file)
            unlink(path)
        }
        try #require(write(file, request.body, request.body.count) == request.body.count)
        let headers = ["webhook-id", "webhook-timestamp", "webhook-signature"]
            .map { "\"\($0)\": \"\(request.headers[$0] ?? "")\"" }.joined(separator: ", ")
        let script = """
            import sys
            from standardwebhooks import Webhook, WebhookVerificationError
            try:
                Webhook("\(WebhookSenderTests.secret)").verify(sys.stdin.buffer.read().decode(), {\(headers)})
            except WebhookVerificationError:
                sys.exit(3)
            """
        let name = String(decoding: path.dropLast().map(UInt8.init), as: UTF8.self)
        let status = system("python3 -c '\(script)' < \(name)") >> 8 & 0xff
        try #require(status == 0 || status == 3)
        return status == 0
    }
}
