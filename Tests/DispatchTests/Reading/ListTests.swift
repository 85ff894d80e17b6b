import Contracts
import TestSupport
import Testing

@testable import muster_dispatch

/// What people see of their lists over HTTP.
@Suite(.timeLimit(.minutes(2))) struct `lists of cases` {
    struct View: Decodable {
        let id: EventID
        let status: String
        let text: String
        let resolveBy: Instant
    }

    struct Page: Decodable {
        let cases: [View]
        let next: String?
    }

    /// All pages of a list, each of `limit`.
    func pages(_ rig: DispatchRig, _ path: String, as who: City.Who) async throws -> [[View]] {
        var pages: [[View]] = []
        var next: String?
        repeat {
            let page: Page = try await rig.read(path + (next.map { "&after=\($0)" } ?? ""), as: who)
            pages.append(page.cases)
            next = page.next
        } while next != nil && pages.count < 20
        return pages
    }

    @Test(.needsPostgres)
    func `of a unit come by their due time, page by page, without a gap or a repeat`() async throws {
        try await DispatchRig.use { rig in
            var opened: [EventID] = []
            for number in 0..<7 {
                // Two at a time are due together.
                let time = City.opening + .seconds(Int64(number / 2 * 60))
                opened.append(try await rig.complain("第\(number)件", id: "c\(number)", time: time))
            }
            try await rig.complain("邻居", id: "n1", at: City.neighbourCommunity)
            for (unit, who) in [
                (City.grid, City.Who.chief), (City.community, .secretary), (City.town, .townClerk),
                (City.city, .cityClerk),
            ] {
                let pages = try await pages(rig, "/v1/cases?unit=\(unit)&limit=3", as: who)
                let all = pages.flatMap { $0 }
                #expect(Set(all.map(\.id)).count == all.count && Set(opened).isSubset(of: all.map(\.id)))
                #expect(all.map(\.resolveBy) == all.map(\.resolveBy).sorted())
                #expect(all.count == (unit.level >= .community ? 7 : 8) && pages[0].count == 3)
            }
            // A case that is closed between two pages shifts nothing.
            let first: Page = try await rig.read("/v1/cases?unit=\(City.grid)&limit=3", as: .chief)
            #expect(try await rig.act(.withdraw, on: first.cases[0].id) { $0.reason = "x" }.verdict == .taken)
            let second: Page = try await rig.read(
                "/v1/cases?unit=\(City.grid)&limit=10&after=\(try #require(first.next))", as: .chief)
            #expect(second.cases.count == 4 && Set(second.cases.map(\.id)).isDisjoint(with: first.cases.map(\.id)))
        }
    }

    @Test(.needsPostgres)
    func `of a unit are chosen by what is asked for`() async throws {
        try await DispatchRig.use { rig in
            let small = try await rig.complain("垃圾", id: "c1")
            let big = try await rig.complain("暖气不热", id: "c2", category: "utility.heating.cold", severity: .urgent)
            #expect(try await rig.act(.accept, on: small, by: .chief).verdict == .taken)
            func ids(_ query: String) async throws -> [EventID] {
                let page: Page = try await rig.read("/v1/cases?unit=\(City.community)&\(query)", as: .secretary)
                return page.cases.map(\.id)
            }
            #expect(try await ids("status=accepted") == [small])
            #expect(try await ids("status=assigned&severity=urgent") == [big])
            #expect(try await ids("handling=hard") == [big])
            #expect(try await ids("category=utility") == [big])
            #expect(try await ids("category=utility.heating.cold") == [big])
            #expect(try await ids("category=util") == [])
            #expect(try await ids("due=overdue") == [])
            #expect(try await ids("due=soon&within=1") == [])
            #expect(try await ids("due=soon&within=3") == [big])
            #expect(try await ids("due=soon&within=720") == [big, small])
            rig.clock.set(City.opening + .seconds(3 * 3_600))
            #expect(try await ids("due=overdue") == [big])
            #expect(try await ids("due=soon") == [small])
        }
    }

    @Test(
        .needsPostgres,
        arguments: [
            ("?unit=371082007013&limit=0", City.Who.secretary, 400), ("?unit=37108200701", .secretary, 400),
            ("?unit=371082007013&stauts=assigned", .secretary, 400),
            ("?unit=371082007013&status=closed", .secretary, 400),
            ("?unit=371082007013&after=x", .secretary, 400), ("?unit=371082007014", .secretary, 403),
            ("?unit=371082007", .secretary, 403), ("", .resident, 400), ("", .waterWorker, 400), ("", .secretary, 200),
            ("?unit=371082007013", .formerChief, 403), ("?unit=371082007013", .auditor, 200),
        ])
    func `are refused to whoever may not see them, and say what is wrong`(query: String, who: City.Who, status: Int)
        async throws
    {
        try await DispatchRig.use { rig in
            for path in ["/v1/cases", "/v1/whistles", "/v1/counts"] {
                // The others know fewer conditions.
                if path != "/v1/cases", query.contains("status") || query.contains("limit") { continue }
                if path == "/v1/counts", query.contains("after") { continue }
                let answer = try await rig.ask("\(path)\(query)", as: who)
                #expect(answer.status == status, "\(path)\(query)")
            }
            let stranger = try await rig.ask("/v1/cases\(query)", as: nil)
            #expect(stranger.status == 401)
        }
    }

    @Test(.needsPostgres)
    func `of whistles hold the open ones, in the order in which they were blown`() async throws {
        struct Whistles: Decodable {
            struct Entry: Decodable {
                let blownAt: Instant
                let `case`: View
            }
            let whistles: [Entry]
            let next: String?
        }
        try await DispatchRig.use { rig in
            var ids: [EventID] = []
            for number in 0..<3 {
                rig.clock.set(City.opening + .seconds(Int64(number * 60)))
                ids.append(try await rig.complain("第\(number)件", id: "w\(number)"))
                _ = try await rig.act(.blowWhistle, on: ids[number]) {
                    $0.whistle = .enforcement
                    $0.departments = [City.power]
                }
            }
            let path = "/v1/whistles?unit=\(City.community)&limit=2"
            let first: Whistles = try await rig.read(path, as: .secretary)
            #expect(first.whistles.map { $0.case.id } == Array(ids[..<2]))
            let rest: Whistles = try await rig.read("\(path)&after=\(try #require(first.next))", as: .secretary)
            #expect(rest.whistles.map { $0.case.id } == [ids[2]] && rest.next == nil)
            _ = try await rig.act(.endWhistle, on: ids[0])
            let now: Whistles = try await rig.read(path, as: .townClerk)
            #expect(now.whistles.map { $0.case.id } == Array(ids[1...]))
        }
    }

    @Test(.needsPostgres)
    func `count by unit, state and category, and say when`() async throws {
        struct Counts: Decodable {
            struct Row: Decodable, Equatable {
                let unit: String
                let status: String
                let category: String
                let count: Int
                let overdue: Int
            }
            let at: Instant
            let rows: [Row]
        }
        try await DispatchRig.use { rig in
            let one = try await rig.complain("垃圾", id: "c1")
            try await rig.complain("垃圾", id: "c2")
            try await rig.complain("暖气", id: "c3", category: "utility.heating.cold", severity: .urgent)
            try await rig.complain("垃圾", id: "c4", at: City.neighbourCommunity)
            _ = try await rig.act(.accept, on: one, by: .chief)
            _ = try await rig.act(.withdraw, on: one) { $0.reason = "x" }
            rig.clock.set(City.opening + .seconds(3 * 3_600))
            func rows(_ query: String, _ who: City.Who) async throws -> [String] {
                let routes = DispatchRoutes(context: rig.context, changes: rig.feed).all.map(\.route)
                let answer = try await rig.ask("/v1/counts" + query, as: who, routes: routes)
                let counts = try EventJSON.decode(Counts.self, from: Array(answer.text.utf8))
                #expect(counts.at == rig.clock.now())
                return counts.rows.map { "\($0.unit) \($0.status) \($0.category) \($0.count) \($0.overdue)" }
            }
            #expect(
                try await rows("", .secretary) == [
                    "371082007013 assigned utility 1 1", "371082007013001 assigned city-appearance 1 0",
                    "371082007013001 closed city-appearance 1 0",
                ])
            #expect(
                try await rows("?level=town&depth=3", .cityClerk) == [
                    "371082007 assigned city-appearance.rubbish.exposed 2 0",
                    "371082007 assigned utility.heating.cold 1 1",
                    "371082007 closed city-appearance.rubbish.exposed 1 0",
                ])
        }
    }

    @Test(.needsPostgres)
    func `of a case hold its whole history with causes and clocks`() async throws {
        struct Whole: Decodable {
            struct Input: Decodable { let event: String }
            struct Step: Decodable {
                struct Entry: Decodable {
                    let sequence: Int
                    let type: String
                    let actor: String?
                    let causation: String?
                }
                let because: String
                let entry: Entry
            }
            struct Clock: Decodable {
                let kind: String
                let department: String?
            }
            let inputs: [Input]
            let steps: [Step]
            let clocks: [Clock]
            let nextStep: Int?
        }
        try await DispatchRig.use { rig in
            let id = try await rig.complain("垃圾", id: "c1")
            _ = try await rig.act(.blowWhistle, on: id) {
                $0.whistle = .emergency
                $0.departments = [City.water]
            }
            let path = "/v1/cases/\(id)/dossier"
            let whole: Whole = try await rig.read(path, as: .secretary)
            #expect(whole.inputs.map(\.event) == ["c1"])
            #expect(whole.steps.map(\.entry.sequence) == Array(1...whole.steps.count))
            #expect(whole.steps.last?.entry.actor == "secretary" && whole.steps.last?.because == "input")
            #expect(whole.clocks.contains { $0.kind == "arrive" && $0.department == "D001" })
            // A department sees the cases that it was called to, and no others.
            #expect(try await rig.ask(path, as: .waterWorker).status == 200)
            #expect(try await rig.ask(path, as: .powerWorker).status == 403)
            #expect(try await rig.ask(path, as: .neighbourSecretary).status == 403)
            let part: Whole = try await rig.read("\(path)?steps=2&afterStep=1", as: .cityClerk)
            #expect(part.steps.map(\.entry.sequence) == [2, 3] && part.nextStep == 3)
        }
    }
}
