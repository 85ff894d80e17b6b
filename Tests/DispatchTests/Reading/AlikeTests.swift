import Contracts
import TestSupport
import Testing

@testable import muster_dispatch

@Suite(.timeLimit(.minutes(2))) struct `cases that may be the same matter` {
    struct Page: Decodable {
        struct Alike: Decodable {
            struct View: Decodable { let id: EventID }
            let reasons: [String]
            let `case`: View
        }
        let cases: [Alike]
        let isComplete: Bool
    }

    private func report(
        _ unit: UnitCode = City.building, _ category: String = "utility.water.burst",
        _ origin: CaseOpened.Origin = .complaint, by reporter: City.Who? = nil, _ text: String = ""
    ) -> Likeness.Report {
        Likeness.Report(
            unit: unit, category: category, origin: origin, reporters: Set([reporter?.id].compactMap(\.self)),
            text: text)
    }

    @Test func `have a place and a kind, a person or words in common`() {
        func reasons(_ other: Likeness.Report, to own: Likeness.Report? = nil) -> Set<Likeness.Reason>? {
            Likeness(own ?? report(by: .resident, "三楼厨房漏水严重"), other)?.reasons
        }
        #expect(reasons(report()) == [.place, .category])
        #expect(reasons(report(City.grid, "utility.water.burst")) == [.place, .category])
        #expect(reasons(report(City.neighbourGrid)) == nil)
        #expect(reasons(report(City.community)) == nil)
        #expect(reasons(report(City.building, "utility.heating.cold")) == nil)
        #expect(reasons(report(City.neighbourGrid, "other.matter.unclear", by: .resident)) == [.reporter])
        #expect(reasons(report(City.neighbourGrid, "other.matter.unclear", .finding, by: .resident)) == nil)
        #expect(reasons(report(City.neighbourGrid, "厨房漏水")) == nil)
        #expect(reasons(report(City.neighbourGrid, by: nil, "厨房漏水了")) == [.category, .words])
        #expect(reasons(report(City.neighbourGrid, "other.matter.unclear", "厨房漏水严重")) == nil)
        #expect(reasons(report(City.grid, "other.matter.unclear", "厨房漏水严重")) == [.place, .words])
        // Two characters that many texts have are not enough.
        #expect(reasons(report(City.neighbourGrid, "utility.water.burst", "漏水")) == nil)
    }

    private func report(_ unit: UnitCode, _ category: String, _ text: String) -> Likeness.Report {
        report(unit, category, .complaint, by: nil, text)
    }

    @Test(.needsPostgres)
    func `are told with their reasons, the most alike first, within one's reach and some days`() async throws {
        try await DispatchRig.use { rig in
            let id = try await rig.complain("三楼厨房漏水严重", id: "c1", at: City.building)
            let near = try await rig.complain("垃圾", id: "c2", at: City.grid)
            let alike = try await rig.complain("厨房漏水严重", id: "c3", at: City.building)
            let words = try await rig.complain("厨房漏水严重", id: "c4", at: City.neighbourGrid)
            try await rig.complain("厨房漏水严重", id: "c5", at: City.neighbourCommunity)
            let before = City.opening - .seconds(10 * 86_400)
            let old = try await rig.complain("三楼厨房漏水严重", id: "c6", at: City.building, time: before)
            let over = try await rig.complain("三楼厨房漏水严重", id: "c7", at: City.building)
            #expect(try await rig.act(.withdraw, on: over) { $0.reason = "x" }.verdict == .taken)

            func found(_ query: String = "", of id: EventID, as who: City.Who = .secretary) async throws -> Page {
                try await rig.read("/v1/cases/\(id)/alike\(query)", as: who)
            }
            let page = try await found(of: id)
            #expect(
                page.cases.map(\.case.id) == [alike, near, words] || page.cases.map(\.case.id) == [alike, words, near])
            #expect(page.cases[0].reasons == ["place", "category", "words"] && page.isComplete)
            #expect(try await found("?limit=1", of: id).cases.map(\.case.id) == [alike])
            #expect(try await found("?days=31", of: id).cases.map(\.case.id).contains(old))
            // A grid sees its own.
            #expect(try await found(of: id, as: .chief).cases.map(\.case.id) == [alike, near])
            #expect(try await found(of: over).cases.isEmpty)
            for (who, status) in [(City.Who.neighbourSecretary, 403), (.waterWorker, 403), (.resident, 403)] {
                #expect(try await rig.ask("/v1/cases/\(id)/alike", as: who).status == status)
            }
            let unknown = EventID.derived(from: "x", at: City.opening, type: "case", subject: "x")
            #expect(try await rig.ask("/v1/cases/\(unknown)/alike", as: .secretary).status == 404)
            #expect(try await rig.ask("/v1/cases/\(id)/alike?limit=51", as: .secretary).status == 400)
        }
    }
}
