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

    /// What the database leaves out beforehand is nothing that is alike: the same cases are found as by comparing each with each.
    @Test(.needsPostgres)
    func `are all that comparing finds, from either side`() async throws {
        try await DispatchRig.use { rig in
            var random = Seeded(9)
            var reports: [(id: EventID, report: Likeness.Report)] = []
            let texts = ["三楼厨房漏水严重", "厨房漏水", "楼道堆满垃圾没人清", "暖气一直不热", "垃圾", "三楼漏水"]
            let categories = [
                "utility.water.outage", "utility.water.burst", "utility.heating.cold", "utility.water", "utility",
                "utility.heating",
            ]
            let units = [City.community, City.grid, City.building, City.neighbourGrid]
            for number in 0..<40 {
                let (unit, category, text) = (random.pick(units), random.pick(categories), random.pick(texts))
                let who = random.pick([City.Who.resident, .steward, .chief, nil])
                let complaint = ComplaintReceived(
                    complaint: "c\(number)", channel: .phone, place: Place(unit: unit), category: category,
                    severity: .normal,
                    text: text)
                let envelope = EventEnvelope(
                    id: "c\(number)", source: "test", type: ComplaintReceived.type,
                    time: City.opening + .seconds(Int.random(in: -200_000...0, using: &random)), actor: who?.id)
                let receipt = try await rig.take([(envelope, .complaint(complaint))])[0]
                let id = try #require(receipt.result, "\(receipt)")
                reports.append((id, report(unit, category, .complaint, by: who, text)))
            }
            var pairs = 0
            for one in reports {
                let page: Page = try await rig.read("/v1/cases/\(one.id)/alike?limit=50", as: .secretary)
                let wanted = reports.filter { $0.id != one.id && Likeness(one.report, $0.report) != nil }.map(\.id)
                #expect(Set(page.cases.map(\.case.id)) == Set(wanted) && page.isComplete, "\(one)")
                pairs += wanted.count
            }
            #expect(pairs > 100 && pairs < 1_500)
        }
    }

    /// However many others a community opened since, or before.
    @Test(.needsPostgres)
    func `are found among very many, the nearest in time where all have something in common`() async throws {
        try await DispatchRig.use { rig in
            func open(_ name: String, _ category: String, at seconds: Int) async throws -> EventID {
                try await rig.complain(
                    "三楼厨房漏水严重", id: name, at: City.building, category: category,
                    time: City.opening + .seconds(seconds))
            }
            rig.clock.set(City.opening + .seconds(100))
            let first = try await open("c0", "utility.water.outage", at: 0)
            for number in 1...5 {
                try await rig.complain(
                    "暖气", id: "n\(number)", at: City.neighbourGrid, category: "utility.heating.cold",
                    time: City.opening + .seconds(number))
            }
            let before = try await open("c1", "utility.water.outage", at: -50)
            func page(_ limit: Int) async throws -> Page {
                let routes = AlikeCases(context: rig.context, casesAtMost: limit).endpoints.map(\.route)
                let answer = try await rig.ask("/v1/cases/\(first)/alike", as: .secretary, routes: routes)
                return try EventJSON.decode(Page.self, from: Array(answer.text.utf8))
            }
            let one = try await page(2)
            #expect(one.cases.map(\.case.id) == [before] && one.isComplete)
            let near = [
                try await open("c2", "utility.water.outage", at: 10),
                try await open("c3", "utility.water.outage", at: 20),
            ]
            let far = try await open("c4", "utility.water.outage", at: 90)
            let all = try await page(10)
            #expect(all.cases.map(\.case.id) == near + [before, far] && all.isComplete)
            let some = try await page(2)
            #expect(some.cases.map(\.case.id) == near + [before] && !some.isComplete)
        }
    }
}
