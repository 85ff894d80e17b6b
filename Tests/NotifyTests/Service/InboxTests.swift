import Contracts
import HTTPMessages
import HTTPServer
import ServiceKit
import TestSupport
import Testing

@testable import muster_notify

/// What people see of their inboxes over HTTP.
@Suite(.timeLimit(.minutes(2)))
struct InboxTests {
    struct Page: Decodable {
        struct Entry: Decodable {
            let number: Int
            let title: String
            let event: String
        }
        let notices: [Entry]
        let next: Int?
        let last: Int
        let unread: Int
    }

    func ask(
        _ rig: Rig, _ path: String, as person: String?, _ method: HTTPMessages.Method = .get, _ body: String = ""
    ) async throws -> (status: Int, body: [UInt8]) {
        let router = Router(NotifyRoutes(context: rig.context(), feed: rig.feed).all.map(\.route))
        var headers: Fields = ["Content-Type": "application/json"]
        headers["X-Muster-Person"] = person
        let target = try #require(Target(path.utf8))
        let response = await router.respond(to: Request(method, target, headers: headers, body: Array(body.utf8)))
        guard case .bytes(let bytes) = response.body else { return (response.status.code, []) }
        return (response.status.code, bytes)
    }

    func page(_ rig: Rig, _ path: String, as person: String) async throws -> Page {
        let answer = try await ask(rig, path, as: person)
        #expect(answer.status == 200)
        return try EventJSON.decode(Page.self, from: answer.body)
    }

    @Test(.needsPostgres)
    func `a person reads her own notices, the newest first, page by page, and marks them`() async throws {
        try await Rig.use { rig in
            for number in 1...5 { try await rig.take([CaseLife.numbered(number).occasion]) }
            let first = try await page(rig, "/v1/inbox?limit=2", as: "gao")
            #expect(first.notices.map(\.number) == [5, 4] && first.next == 4 && first.last == 5 && first.unread == 5)
            let second = try await page(rig, "/v1/inbox?limit=3&before=4", as: "gao")
            #expect(second.notices.map(\.number) == [3, 2, 1])
            let marked = try await ask(rig, "/v1/inbox/read", as: "gao", .post, #"{"upTo": 3}"#)
            #expect(String(decoding: marked.body, as: UTF8.self) == #"{"unread":2}"#)
            // Reading does not go back, nor beyond what there is.
            _ = try await ask(rig, "/v1/inbox/read", as: "gao", .post, #"{"upTo": 1}"#)
            #expect(try await page(rig, "/v1/inbox", as: "gao").unread == 2)
            _ = try await ask(rig, "/v1/inbox/read", as: "gao", .post, #"{"upTo": 99}"#)
            #expect(try await page(rig, "/v1/inbox", as: "gao").unread == 0)
            #expect(try await page(rig, "/v1/inbox", as: "shen").notices.isEmpty)
            #expect(try await ask(rig, "/v1/inbox", as: nil).status == 401)
            #expect(try await ask(rig, "/v1/inbox?bfore=4", as: "gao").status == 400)
        }
    }

    @Test(.needsPostgres)
    func `who was told of a case is for those who reach it, without the texts`() async throws {
        try await Rig.use { rig in
            try await rig.take([CaseLife().occasion])
            let path = "/v1/cases/\(CaseLife.id)/notices"
            let answer = try await ask(rig, path, as: "shen")
            let text = String(decoding: answer.body, as: UTF8.self)
            #expect(answer.status == 200 && text.contains(#""recipient":"gao""#) && !text.contains("井盖"))
            #expect(!text.contains("南山社区"))
            #expect(try await ask(rig, path, as: "yu").status == 403)
            #expect(try await ask(rig, path, as: "mary").status == 403)
            #expect(try await ask(rig, "/v1/cases/\(EventID.fixed(9))/notices", as: "shen").status == 404)
            #expect(try await ask(rig, "/v1/history?correlation=e1", as: "chen").status == 200)
            #expect(try await ask(rig, "/v1/history?correlation=e1", as: "shen").status == 403)
        }
    }

    @Test(.needsPostgres)
    func `new notices come as events, from where the reader left off, each once`() async throws {
        try await Rig.use { rig in
            for number in 1...3 { try await rig.take([CaseLife.numbered(number).occasion]) }
            let following = Task { await rig.feed.run(rig.log) }
            defer { following.cancel() }
            let events = try FeedStream(rig.feed, InboxFeed.listener(person("gao"), after: 1))
            var iterator = events.makeAsyncIterator()
            #expect(await iterator.next()?.id == "2")
            #expect(await iterator.next()?.id == "3")
            async let next = {
                try await rig.take([CaseLife.numbered(4).occasion])
            }()
            let event = try #require(await iterator.next())
            _ = try await next
            #expect(event.id == "4" && event.event == "notice" && event.data.contains(#""number":4"#))
        }
    }

    @Test(.needsPostgres)
    func `contacts are for operators, and a phone number is checked`() async throws {
        try await Rig.use { rig in
            let good = #"{"id":"k1","time":"2026-11-24T02:00:00Z","person":"gao","phone":"+8613800000000"}"#
            let refused = try await ask(rig, "/v1/contacts", as: "gao", .post, good)
            #expect(refused.status == 403)
            let router = Router(NotifyRoutes(context: rig.context(), feed: rig.feed).all.map(\.route))
            for (body, status) in [(good, 201), (good.replacing("+86", with: "tel:"), 422)] {
                let request = Request(
                    .post, "/v1/contacts",
                    headers: ["Content-Type": "application/json", "X-Muster-Operator": "op"], body: Array(body.utf8))
                let answer = await router.respond(to: request)
                #expect(answer.status.code == status)
            }
            #expect(try await rig.count("select count(*) from contact") == 1)
        }
    }
}
