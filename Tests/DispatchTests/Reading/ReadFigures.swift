import Contracts
import FoundationEssentials
import Postgres
import TestSupport
import Testing

@testable import muster_dispatch

/// How long lists and searches take among many closed cases, beside a bare round trip in the same run. Run it alone:
///
///     MUSTER_TEST_FIGURES=1 swift test --disable-xctest --filter ReadFigures
///
/// `MUSTER_TEST_FIGURE_CASES` says among how many, 1,000,000 unless it is set; a hundred thousand of them are open.
@Suite(
    .needsPostgres, .serialized,
    .enabled(if: ProcessInfo.processInfo.environment["MUSTER_TEST_FIGURES"] != nil, "set MUSTER_TEST_FIGURES=1"))
struct ReadFigures {
    private static let rounds = 200

    private static var cases: Int {
        ProcessInfo.processInfo.environment["MUSTER_TEST_FIGURE_CASES"].flatMap { Int($0) } ?? 1_000_000
    }

    /// The median and the 95th of a hundred.
    private func report(_ what: String, _ times: [Duration]) {
        let sorted = times.sorted()
        func milliseconds(_ share: Double) -> String {
            let time = sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
            return String(Double(Int(time / .microseconds(10))) / 100)
        }
        print("figure: \(what): median \(milliseconds(0.5)) ms, p95 \(milliseconds(0.95)) ms")
    }

    private func measure(
        _ what: String, _ rig: DispatchRig, _ body: @escaping @Sendable (inout Session, Int) throws -> Int
    ) async throws {
        var times: [Duration] = []
        var rows = 0
        for round in 0..<Self.rounds {
            let (time, count) = try await rig.pool.run { session in
                var count = 0
                let time = try ContinuousClock().measure { count = try body(&session, round) }
                return (time, count)
            }
            rows += count
            // The first ones read from the disk and prepare.
            if round >= 20 { times.append(time) }
        }
        report("\(what) (\(rows / Self.rounds) rows)", times)
    }

    @Test func `lists and searches`() async throws {
        try await DispatchRig.use { rig in
            let cases = Self.cases
            let filling = try await ContinuousClock().measure {
                try await CasePopulation(cases: cases, open: min(100_000, cases / 2)).fill(rig)
            }
            print("figure: \(cases) cases stored in \(filling)")
            for table in ["matter", "matter_search", "matter_search_keys"] {
                let size = try await rig.count("select pg_total_relation_size('\(table)')") / 1_048_576
                print("figure: \(table) \(size) MiB")
            }
            try await measure("select 1", rig) { session, _ in try session.query(Statement("one", "select 1")).rowCount
            }
            let communities = CasePopulation.communities.compactMap { UnitCode($0) }
            let towns = Array(Set(communities.compactMap { $0.ancestor(at: .town) })).sorted()
            for (name, units) in [("the city", [City.city]), ("a town", towns), ("a community", communities)] {
                try await measure("list of \(name)", rig) { session, round in
                    let request = CaseSelection(unit: units[round % units.count]).request(after: .first, limit: 50)
                    return try session.query(request.statement, request.parameters).rowCount
                }
                for (word, _) in CasePopulation.words + [("凤凰", 0), ("绿化带内 路灯", 0)] {
                    let query = try SearchQuery(word)
                    try await measure("search of \(name) for \(word)", rig) { session, round in
                        let run = SearchRun(query: query, unit: units[round % units.count], limit: 50)
                        let found = try run.run(after: .last, in: &session)
                        return try session.query(CaseViews.find, Parameters(found.hits.map(\.id.uuid))).rowCount
                    }
                }
            }
            try await measure("one's own list", rig) { session, round in
                try session.query(
                    MyList.own,
                    MyList.PageBounds(after: .first, limit: 50)
                        .parameters(for: ["p\(round % 447)", communities[round % 60].text])
                ).rowCount
            }
            try await measure("what is left for a community to verify and close", rig) { session, round in
                try session.query(
                    FollowUps.settled,
                    MyList.PageBounds(after: .first, limit: 50).parameters(for: [communities[round % 60].text])
                ).rowCount
            }
            try await measureReports(rig, communities)
            try await measure("counts of the whole city, once every five seconds", rig) { session, _ in
                try session.query(
                    CaseCounts.all, Parameters(Timestamp(City.opening), Timestamp(City.opening.cityMidnight))
                ).rowCount
            }
        }
    }

    /// What looks through a stretch of time: the page of an export, of a rule trial, and what may be the same matter.
    private func measureReports(_ rig: DispatchRig, _ communities: [UnitCode]) async throws {
        try await rig.execute(
            """
            insert into history (matter_id, sequence, event_id, type, occurred_at, recorded_at, correlation_id, data)
                select id, 1, gen_random_uuid(), 'muster.case.opened.v1', opened_at, opened_at, id::text,
                    jsonb_build_object(
                        'unit', unit, 'origin', 'complaint', 'category', category, 'severity', severity, 'rule', 'rule 1')
                from matter where opened_at > (select max(opened_at) - interval '31 days' from matter);
            analyze history
            """)
        let (month, now) = (City.opening - .seconds(30 * 86_400), City.opening)
        @Sendable func start(_ round: Int) -> Timestamp { Timestamp(month + .seconds(Int64(round) * 3_600)) }
        try await measure("a page of the city's rule trial", rig) { session, round in
            let parameters = Parameters("371082", "371082~", start(round), CaseCursor.first.id.uuid, Int32(1_000))
            return try session.query(RuleTrialRun.opened, parameters).rowCount
        }
        for (name, units) in [("the city", [City.city]), ("a community", communities)] {
            try await measure("a page of an export of \(name)", rig) { session, round in
                let unit = units[round % units.count].text
                let parameters = Parameters(
                    unit, unit + "~", start(round), CaseCursor.first.id.uuid, Timestamp(now), Int32(1_000))
                return try session.query(CasePages.opened, parameters).rowCount
            }
        }
        try await measure("what may be the same matter", rig) { session, round in
            let community = communities[round % communities.count].text
            let middle = start(round)
            let parameters = Parameters(
                community, Timestamp(Instant(middle) - .seconds(7 * 86_400)), middle,
                Timestamp(Instant(middle) + .seconds(7 * 86_400)), CaseCursor.first.id.uuid, "utility.heating",
                community + "001", ["p1"], Int32(1_000))
            return try session.query(AlikeCases.near, parameters).rowCount
        }
    }
}
