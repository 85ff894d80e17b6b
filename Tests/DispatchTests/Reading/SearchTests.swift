import Contracts
import Postgres
import ServiceKit
import TestSupport
import Testing

@testable import muster_dispatch

@Suite(.timeLimit(.minutes(2))) struct `the search` {
    struct Page: Decodable {
        struct View: Decodable {
            let id: EventID
            let text: String
        }
        let cases: [View]
        let next: String?
        let searchedBackTo: Instant
        let isComplete: Bool
    }

    func find(_ rig: DispatchRig, _ words: String, as who: City.Who, _ more: String = "") async throws -> Page {
        let escaped = words.utf8.map { byte in
            let hex = String(byte, radix: 16)
            return "%" + (hex.count == 1 ? "0" : "") + hex
        }.joined()
        return try await rig.read("/v1/cases/search?q=\(escaped)\(more)", as: who)
    }

    @Test(.needsPostgres)
    func `finds words of two characters and more, and Latin words, within one's own reach`() async throws {
        try await DispatchRig.use { rig in
            try await rig.complain("楼上漏水，一直没人修", id: "c1", time: instant("2026-11-12T08:00:00+08:00"))
            try await rig.complain("The pipe LEAKS, 水管漏", id: "c2", time: instant("2026-11-13T08:00:00+08:00"))
            try await rig.complain("上楼时看见水漏", id: "c3", time: instant("2026-11-14T08:00:00+08:00"))
            try await rig.complain(
                "邻居家漏水", id: "c4", at: City.neighbourCommunity, time: instant("2026-11-15T08:00:00+08:00"))
            func texts(_ words: String, _ who: City.Who) async throws -> [String] {
                let page = try await find(rig, words, as: who)
                #expect(page.isComplete && page.next == nil)
                return page.cases.map(\.text)
            }
            for who in [City.Who.chief, .secretary] {
                #expect(try await texts("漏水", who) == ["楼上漏水，一直没人修"])
            }
            #expect(try await texts("漏水", .townClerk) == ["邻居家漏水", "楼上漏水，一直没人修"])
            #expect(try await texts("漏水", .cityClerk) == ["邻居家漏水", "楼上漏水，一直没人修"])
            #expect(try await texts("漏水", .neighbourSecretary) == ["邻居家漏水"])
            #expect(try await texts("漏水", .neighbourChief) == [])
            #expect(try await texts("leaks 水管", .secretary) == ["The pipe LEAKS, 水管漏"])
            #expect(try await texts("leak", .secretary) == [])
            #expect(try await texts("漏水 没人", .cityClerk) == ["楼上漏水，一直没人修"])
            // Both pairs are in the text, and the word is not.
            #expect(try await texts("水漏水", .cityClerk) == [])
            #expect(try await texts("漏", .secretary).count == 3)
        }
    }

    @Test func `looks through each month once, the newest first, in ever longer spans up to a year`() {
        for months in 0...150 {
            let spans = SearchRun.spans(of: months)
            #expect(spans.flatMap { Array($0) } == Array(1..<months + 1))
            #expect(spans.allSatisfy { $0.count <= 12 })
        }
        #expect(SearchRun.spans(of: 120).count == 14)
    }

    @Test(.needsPostgres)
    func `goes on from page to page over months, each case once, also those that are closed`() async throws {
        try await DispatchRig.use { rig in
            var ids: [EventID] = []
            for number in 0..<12 {
                let id = try await rig.complain(
                    "垃圾第\(number)次", id: "c\(number)", time: City.opening - .seconds(Int64(number) * 86_400))
                ids.append(id)
                _ = try await rig.act(.withdraw, on: id) { $0.reason = "x" }
            }
            // As if they had been opened over two years.
            try await Self.moveBack(rig, ids)
            for who in [City.Who.chief, .secretary, .cityClerk] {
                var seen: [EventID] = []
                var next: String?
                repeat {
                    let page = try await find(rig, "垃圾", as: who, "&limit=5" + (next.map { "&after=\($0)" } ?? ""))
                    seen += page.cases.map(\.id)
                    next = page.next
                } while next != nil && seen.count < 50
                #expect(seen == ids, "\(who)")
            }
        }
    }

    /// Spreads cases over months, two a month.
    private static func moveBack(_ rig: DispatchRig, _ ids: [EventID]) async throws {
        try await rig.execute("delete from matter_search")
        for (number, id) in ids.enumerated() {
            let time = City.opening - .seconds(Int64(number) * 16 * 86_400)
            let text = SearchText("垃圾第\(number)次")
            let keys = SearchIndex.keys(of: text, at: City.grid, openedAt: time)
            try await rig.execute(
                """
                insert into matter_search values (
                    '\(id)', '\(City.grid)', '\(time)', '\(text.folded)',
                    '{\(keys.map(String.init).joined(separator: ","))}')
                """)
        }
    }

    @Test(.needsPostgres)
    func `finds a case where it turned out to be, and no more where it was thought to be`() async throws {
        try await DispatchRig.use { rig in
            let id = try await rig.complain("楼上漏水", id: "c1")
            try await rig.complain("楼上漏水", id: "c2")
            let json = try await rig.pool.run { session in
                try session.query(Statement(once: "select state from matter where id = $1"), Parameters(id.uuid)).rows(
                    as: JSON.self)
            }
            let text = String(decoding: json[0].utf8, as: UTF8.self)
            let moved = try EventJSON.decode(
                CaseState.self,
                from: Array(
                    text.replacing(#""unit": "\#(City.grid)""#, with: #""unit": "\#(City.neighbourCommunity)""#).utf8))
            var effects = Effects()
            SearchRow.move([moved], &effects)
            let requests = effects.requests
            try await rig.pool.run { session in try session.pipeline(requests) { _, _ in } }
            #expect(try await find(rig, "漏水", as: .secretary).cases.count == 1)
            #expect(try await find(rig, "漏水", as: .neighbourSecretary).cases.map(\.id) == [id])
            for who in [City.Who.townClerk, .cityClerk] {
                #expect(try await find(rig, "漏水", as: who).cases.count == 2)
            }
        }
    }

    @Test(.needsPostgres)
    func `does not find a person by her number, nor a door`() async throws {
        try await DispatchRig.use { rig in
            try await rig.complain("请回电13812345678，3号楼2单元501室", id: "c1")
            for words in ["13812345678", "138", "5678", "501", "单元501"] {
                #expect(try await find(rig, words, as: .cityClerk).cases.isEmpty, "\(words)")
            }
            #expect(try await find(rig, "回电", as: .cityClerk).cases.count == 1)
            let stored = try await rig.rows("select folded from matter_search")
            #expect(!stored[0].contains("138") && !stored[0].contains("501"))
        }
    }

    @Test(.needsPostgres)
    func `says how far it looked where the index cannot help`() async throws {
        try await DispatchRig.use { rig in
            for number in 0..<9 { try await rig.complain("垃圾\(number)", id: "c\(number)") }
            let query = try SearchQuery("灯")
            let run = SearchRun(query: query, unit: City.city, limit: 5, newest: 2, scanAtMost: 4)
            let outcome = try await rig.pool.run { session in
                let outcome = try run.run(after: .last, in: &session)
                return (outcome.hits.count, outcome.isComplete, outcome.next != nil, outcome.reached)
            }
            #expect(outcome.0 == 0 && !outcome.1 && outcome.2)
            let left = try await rig.count(
                "select count(*) from matter_search where (opened_at, matter_id) < ('\(Instant(outcome.3.time))', '\(outcome.3.id)')"
            )
            #expect(left == 5)
        }
    }

    @Test(.needsPostgres, arguments: ["", "?q=", "?q=%25%25", "?q=a&unit=371082007014", "?p=a"])
    func `says what is wrong with a question`(query: String) async throws {
        try await DispatchRig.use { rig in
            let status = try await rig.ask("/v1/cases/search" + query, as: .secretary).status
            #expect(status == (query.contains("unit") ? 403 : 400))
        }
    }
}
