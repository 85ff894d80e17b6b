import Contracts
import HTTPClient
import HTTPServer
import Testing

@testable import muster_notify

@Suite struct WeComSenderTests {
    let codes: WeComCodes

    init() throws { codes = try .standard() }

    func outcome(of answer: HTTPServer.Response) async throws -> SendOutcome {
        var outcome: SendOutcome?
        try await Receiver.lend { _ in
            answer
        } _: { receiver in
            let robot = WeComRobot(url: receiver.base + "/send?key=SECRET", mention: nil)
            outcome = await WeComSender(client: receiver.client, codes: codes, timeout: .seconds(30))
                .send(.sample(.wecom(robot)), to: robot)
        }
        return try #require(outcome)
    }

    func saying(_ json: String, _ status: Int = 200, wait: String? = nil) -> HTTPServer.Response {
        var response = HTTPServer.Response.text(.init(status), type: "application/json", json)
        response.headers["Retry-After"] = wait
        return response
    }

    @Test(arguments: [
        (0, SendOutcome.delivered),
        (93_000, .refused(SendReason("errcode", code: 93_000))),
        (40_008, .refused(SendReason("errcode", code: 40_008))),
        (45_009, .limited(SendReason("errcode", code: 45_009), wait: .seconds(60))),
        (-1, .retry(SendReason("errcode", code: -1))), (45_033, .retry(SendReason("errcode", code: 45_033))),
        (12_345, .retry(SendReason("errcode", code: 12_345))),
    ])
    func `the code in the body counts, though the status is 200`(code: Int, outcome: SendOutcome) async throws {
        #expect(try await self.outcome(of: saying(#"{"errcode":\#(code),"errmsg":"高网格 138"}"#)) == outcome)
    }

    @Test func `an answer that says nothing leaves it open whether the group was told`() async throws {
        for text in ["", "<html>", "{}", #"{"errcode":"0"}"#] {
            #expect(try await outcome(of: saying(text)) == .unknown(SendReason("unreadable-answer")), "\(text)")
        }
        #expect(try await outcome(of: saying("", 502)) == .unknown(SendReason("http", code: 502)))
    }

    @Test func `a status of a gateway on the way is judged by what may have happened behind it`() async throws {
        #expect(try await outcome(of: saying("", 404)) == .refused(SendReason("http", code: 404)))
        #expect(try await outcome(of: saying("", 503)) == .unknown(SendReason("http", code: 503)))
        #expect(
            try await outcome(of: saying("", 503, wait: "5"))
                == .retry(SendReason("http", code: 503), after: .seconds(5)))
        #expect(
            try await outcome(of: saying("", 429, wait: "5"))
                == .limited(SendReason("http", code: 429), wait: .seconds(60)))
    }

    @Test func `a group is told in one text that ends with the notice's id, and the person is named`() async throws {
        try await Receiver.lend { _ in
            .text(.ok, type: "application/json", #"{"errcode":0}"#)
        } _: { receiver in
            let robot = WeComRobot(url: receiver.base + "/send?key=SECRET", mention: "gao.wx")
            let sender = WeComSender(client: receiver.client, codes: codes)
            #expect(await sender.send(.sample(.wecom(robot)), to: robot) == .delivered)
            #expect(
                receiver.received.map { String(decoding: $0.body, as: UTF8.self) } == [
                    """
                    {"msgtype":"text","text":{"content":"标题 \\"一\\"\\n第一行\\n第二行\\n\
                    #00000000-0000-8000-8000-000000000007","mentioned_list":["gao.wx"]}}
                    """
                ])
        }
    }

    @Test func `a robot that hangs up may have spoken, and no error holds its key`() async throws {
        let server = RudeServer(.silent)
        let client = try Client()
        let robot = WeComRobot(url: "http://127.0.0.1:\(server.port)/send?key=SECRET", mention: nil)
        let outcome = await WeComSender(client: client, codes: codes).send(.sample(.wecom(robot)), to: robot)
        #expect(outcome == .unknown(SendReason("connection-lost")))
        #expect(!"\(outcome)".contains("SECRET"))
        server.stop()
        await client.close()
    }

    @Test(arguments: [
        (
            #"[{"code":1,"verdict":"limited","meaning":""}]"#,
            "wecom-codes: code 1: limited, and nothing else, needs waitSeconds"
        ),
        (
            #"[{"code":1,"verdict":"retry","waitSeconds":5,"meaning":""}]"#,
            "wecom-codes: code 1: limited, and nothing else, needs waitSeconds"
        ),
        (
            #"[{"code":1,"verdict":"limited","waitSeconds":0,"meaning":""}]"#,
            "wecom-codes: code 1: waitSeconds is 0: write 1 to 86400"
        ),
        (
            #"[{"code":1,"verdict":"retry","meaning":""},{"code":1,"verdict":"refused","meaning":""}]"#,
            "wecom-codes: code 1 is listed twice"
        ),
    ])
    func `a faulty table of codes is refused`(json: String, fault: String) {
        #expect(throws: FaultyNotices(faults: [fault])) { try WeComCodes(json: Array(json.utf8)) }
    }
}
