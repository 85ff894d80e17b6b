import Contracts
import HTTPClient
import HTTPServer
import TestSupport
import Testing

@testable import muster_notify

@Suite struct SMSSenderTests {
    static func gateway(_ url: String, body: String = #"{"to":"+86{{phone}}","content":"{{text}}","ref":["{{id}}"]}"#)
        -> String
    {
        """
        {"url": "\(url)", "headers": {"Authorization": "Bearer T"}, "body": \(body),
         "answer": {"at": ["SendStatusSet", "0", "Code"], "delivered": ["Ok"], "refused": ["InBlacklist"],
                    "limited": ["ThirtySecondLimit"], "waitSeconds": 30}}
        """
    }

    func outcome(of answer: HTTPServer.Response) async throws -> SendOutcome {
        var outcome: SendOutcome?
        try await Receiver.lend { _ in
            answer
        } _: { receiver in
            let gateway = try SMSGateway(json: Array(Self.gateway(receiver.base + "/sms").utf8))
            outcome = await SMSSender(client: receiver.client, gateway: gateway)
                .send(.sample(.sms(phone: "13800000000")), to: "13800000000")
        }
        return try #require(outcome)
    }

    func saying(_ code: String, _ status: Int = 200) -> HTTPServer.Response {
        .text(.init(status), type: "application/json", #"{"SendStatusSet":[{"Code":"\#(code)","Phone":"138"}]}"#)
    }

    @Test func `the gateway's own JSON is filled in, under a key that makes repeats harmless`() async throws {
        let message = Message(title: "a", body: #"say "{{phone}}" \ now"#)
        try await Receiver.lend { [answer = saying("Ok")] _ in
            answer
        } _: { receiver in
            let gateway = try SMSGateway(json: Array(Self.gateway(receiver.base + "/sms").utf8))
            let sender = SMSSender(client: receiver.client, gateway: gateway)
            let outcome = await sender.send(.sample(.sms(phone: "13800000000"), message), to: "13800000000")
            #expect(outcome == .delivered)
            let request = try #require(receiver.received.first)
            #expect(
                String(decoding: request.body, as: UTF8.self) == #"""
                    {"content":"a\nsay \"{{phone}}\" \\ now","ref":["00000000-0000-8000-8000-000000000007"],"to":"+8613800000000"}
                    """#)
            #expect(request.headers["Idempotency-Key"] == #""00000000-0000-8000-8000-000000000007""#)
            #expect(request.headers["Authorization"] == "Bearer T")
        }
    }

    @Test func `what the gateway says in its own words is judged by the table`() async throws {
        #expect(try await outcome(of: saying("Ok")) == .delivered)
        #expect(try await outcome(of: saying("InBlacklist")) == .refused(SendReason("gateway", listed: "InBlacklist")))
        #expect(
            try await outcome(of: saying("ThirtySecondLimit"))
                == .limited(SendReason("gateway", listed: "ThirtySecondLimit"), wait: .seconds(30)))
        #expect(
            try await outcome(of: saying("13800000000 is odd")) == .retry(SendReason("gateway-code-not-listed")),
            "what is not listed is not quoted")
        for text in ["", "{}", #"{"SendStatusSet":[]}"#, #"{"SendStatusSet":[{"Code":null}]}"#] {
            let unreadable = HTTPServer.Response.text(.ok, type: "application/json", text)
            #expect(try await outcome(of: unreadable) == .unknown(SendReason("unreadable-answer")), "\(text)")
        }
    }

    @Test(arguments: [
        (400, SendOutcome.refused(SendReason("http", code: 400))), (401, .refused(SendReason("http", code: 401))),
        (409, .retry(SendReason("http", code: 409))), (500, .unknown(SendReason("http", code: 500))),
        (429, .limited(SendReason("http", code: 429), wait: .seconds(60))),
    ])
    func `a status that is not 2xx comes first`(status: Int, outcome: SendOutcome) async throws {
        #expect(try await self.outcome(of: saying("Ok", status)) == outcome)
    }

    @Test func `a gateway that hangs up may have sent it, and no error holds the phone`() async throws {
        let server = RudeServer(.halfAnswer)
        let client = try Client()
        let gateway = try SMSGateway(json: Array(Self.gateway("http://127.0.0.1:\(server.port)/sms").utf8))
        let outcome = await SMSSender(client: client, gateway: gateway)
            .send(.sample(.sms(phone: "13800000000")), to: "13800000000")
        #expect(outcome == .unknown(SendReason("connection-lost")))
        server.stop()
        await client.close()
    }

    @Test(arguments: [
        (gateway("ftp://x"), ["sms gateway: url is none: begin with https://"]),
        (
            gateway("https://x", body: "{}"),
            [
                "sms gateway: body has no {{phone}}: put it where the gateway wants it",
                "sms gateway: body has no {{text}}: put it where the gateway wants it",
            ]
        ),
        (
            gateway("https://x", body: #"["{{phone}}{{text}}{{txt}}"]"#),
            [
                "sms gateway: body has {{txt}}: only {{phone}}, {{text}} and {{id}} are known"
            ]
        ),
        (
            gateway("https://x").replacing("\"Ok\"", with: ""),
            [
                "sms gateway: answer/delivered is empty: nothing would count as sent"
            ]
        ),
        (
            gateway("https://x").replacing("30}", with: "0}"),
            [
                "sms gateway: answer/waitSeconds is 0: write 1 to 86400"
            ]
        ),
        (gateway("https://x").replacing("\"url\"", with: "\"uri\""), ["sms gateway: /url is missing"]),
    ])
    func `a faulty gateway is refused before anybody is to be told`(json: String, faults: [String]) {
        #expect(throws: FaultyNotices(faults: faults)) { try SMSGateway(json: Array(json.utf8)) }
    }
}

@Suite struct SendersTests {
    @Test func `a row in the inbox is delivered, and without a gateway nothing is sent by phone`() async throws {
        let client = try Client()
        let senders = Senders(
            webhook: WebhookSender(client: client, now: { SmallCity.noon }),
            wecom: WeComSender(client: client, codes: try .standard()), sms: nil)
        #expect(await senders.send(.sample(.inbox)) == .delivered)
        #expect(await senders.send(.sample(.sms(phone: "1"))) == .refused(SendReason("no-gateway")))
        await client.close()
    }

    @Test func `a send that is cancelled may have arrived`() async throws {
        try await Receiver.lend { _ in
            await untilCancelled()
            return .noContent
        } _: { receiver in
            let robot = WeComRobot(url: receiver.base + "/send", mention: nil)
            let sender = WeComSender(client: receiver.client, codes: try .standard())
            let send = Task { await sender.send(.sample(.wecom(robot)), to: robot) }
            while receiver.received.isEmpty { await Task.yield() }
            send.cancel()
            #expect(await send.value == .unknown(SendReason("cancelled")))
        }
    }
}
