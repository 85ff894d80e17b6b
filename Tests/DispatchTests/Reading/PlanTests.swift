import Contracts
import FoundationEssentials
import Postgres
import ServiceKit
import TestSupport
import Testing

@testable import muster_dispatch

/// What the hot queries read is held to their indexes: a plan that a change of a statement or of an index spoils is seen here
/// and not when the table has grown.
@Suite(.timeLimit(.minutes(5))) struct PlanTests {
    private struct Hot {
        let name: String
        let request: Request
        /// What the plan has to use, and what it must not.
        let uses: [String]
        var never = ["Seq Scan on matter"]
    }

    private static func selection(_ unit: UnitCode, _ change: (inout CaseSelection) -> Void = { _ in }) -> Request {
        var selection = CaseSelection(unit: unit)
        change(&selection)
        return selection.request(after: .first, limit: 50)
    }

    private static func firstPage(_ keys: [String]) -> Parameters {
        MyList.PageBounds(after: .first, limit: 50).parameters(for: keys)
    }

    private static func hot() throws -> [Hot] {
        let community = unit(CasePopulation.communities[3])
        let town = community.ancestor(at: .town) ?? community
        let noon = Timestamp(City.opening)
        let query = try SearchQuery("马蜂窝")
        let month = SearchIndex.Month(of: City.opening).number
        let months = (0..<24).map {
            SearchIndex.Month(number: month - $0)
        }
        let last = CaseCursor.last
        return [
            Hot(
                name: "the city's list", request: selection(City.city), uses: ["Index Scan using matter_due"],
                never: ["Sort"]),
            Hot(
                name: "a town's list", request: selection(town), uses: ["Index Scan using matter_due"], never: ["Sort"]),
            Hot(
                name: "a town's list of what is overdue", request: selection(town) { $0.before = noon },
                uses: ["Index Scan using matter_due"], never: ["Sort"]),
            Hot(
                name: "a community's list", request: selection(community),
                // By a bitmap where not every page is known to be visible to all.
                uses: ["matter_open", "Index Scan using matter_pkey"]),
            Hot(
                name: "one's own list",
                request: Request(MyList.own, firstPage(["p3", community.text])),
                uses: ["matter_waiting"]),
            Hot(
                name: "what a department was called to",
                request: Request(MyList.called, Parameters(MyList.part(of: City.water))),
                // By the department, or where few whistles are open by all that are.
                uses: ["Index"]),
            Hot(
                name: "whistles to approve",
                request: Request(Decisions.whistles, firstPage([community.text, "371082007"])),
                uses: ["matter_whistle_asked"]),
            Hot(
                name: "more time to decide on", request: Request(Decisions.extensions, firstPage([community.text])),
                uses: ["matter_extension_asked"]),
            Hot(
                name: "what a community has to verify and to close",
                request: Request(FollowUps.settled, firstPage([community.text])),
                // In the order of the index where there are many.
                uses: ["matter_settled"]),
            Hot(
                name: "departments that a community has to mark",
                request: Request(FollowUps.unjudged, Parameters([community.text], City.opening.description)),
                uses: ["matter_unjudged"]),
            Hot(
                name: "whistles that a department has to speak of",
                request: Request(
                    FollowUps.unassessed,
                    Parameters(MyList.part(of: City.water), City.opening.description)),
                uses: ["matter_unassessed"]),
            Hot(
                name: "departments that decline", request: Request(Decisions.declined, Parameters(["371082007"])),
                uses: ["Index"]),
            Hot(
                name: "open whistles",
                request: Request(
                    WhistleList.open,
                    Parameters(
                        Instant(CaseCursor.first.time).description, CaseCursor.first.id.uuid, City.city.text,
                        City.city.text + "~", Int32(50))),
                uses: ["Index Scan using matter_whistling"], never: ["Sort", "Seq Scan on matter"]),
            Hot(
                name: "a history",
                request: Request(
                    Dossier.readSteps, Parameters(last.id.uuid, Int64(0), Int32(500))), uses: ["history_pkey"]),
            Hot(
                name: "a search by the index",
                request: SearchRun(query: query, unit: City.city, limit: 50).byKeys(in: months, after: last, 50),
                // The cursor is asked of what the keys bring, and of no index: see `offset 0`.
                uses: ["Bitmap Index Scan on matter_search_keys", "Nested Loop", "Subquery Scan on alike"],
                never: ["matter_search_newest"]),
            Hot(
                name: "a search among the newest",
                request: Request(
                    SearchRun.scanNewest,
                    Parameters(
                        last.time, last.id.uuid, Int32(1_000), City.city.text, City.city.text + "~", query.patterns,
                        Int32(50))),
                uses: ["Index Scan using matter_search_newest"]),
            Hot(
                name: "the oldest", request: Request(SearchRun.oldest),
                uses: ["Only Scan Backward using matter_search_newest"]),
            Hot(
                name: "the newest", request: Request(SearchRun.newestStatement),
                uses: ["Only Scan using matter_search_newest"]),
        ] + reads(community)
    }

    /// A case by itself, what is beside it, and what the change of a policy looks for.
    private static func reads(_ community: UnitCode) -> [Hot] {
        let (id, now) = (CaseCursor.last.id.uuid, Timestamp(City.opening))
        let month = Timestamp(City.opening - .seconds(30 * 86_400))
        let supervised = Parameters(
            "371082007", Timestamp(microsecondsSince1970: Int64.max / 4), EventID(SupervisionCursor.last).uuid,
            Int64(Int.max), Int32(50), false)
        let middle = Timestamp(City.opening - .seconds(15 * 86_400))
        return [
            Hot(
                name: "a case", request: Request(CaseReads.find, Parameters(id)), uses: ["Index Scan using matter_pkey"]
            ),
            Hot(name: "a case's unit", request: Request(CaseReads.unit, Parameters(id)), uses: ["matter_pkey"]),
            Hot(
                name: "a case's steps", request: Request(CaseReads.steps, Parameters(id)), uses: ["history_pkey"],
                never: ["Seq Scan on history"]),
            Hot(
                name: "one matter's steps", request: Request(CaseReads.byCorrelation, Parameters("f-1")),
                uses: ["history_correlation"], never: ["Seq Scan on history"]),
            Hot(
                name: "the cases of a batch", request: Request(CaseRows.find, Parameters([id])),
                uses: ["matter_pkey"]),
            Hot(
                name: "cases that may be the same matter",
                request: Request(
                    AlikeCases.near,
                    Parameters(
                        community.text, month, middle, now, id, "utility.heating", community.text + "001", ["p1"],
                        Int32(1_000))),
                uses: ["Index Scan Backward using matter_community", "Index Scan using matter_community"],
                never: ["Sort", "Seq Scan on matter"]),
            Hot(
                name: "what reports may repeat",
                request: Request(
                    KnownMatters.find,
                    Parameters([community.text], ["utility.heating.cold"], [month], [now])),
                uses: ["matter_place"]),
            Hot(
                name: "a month's attendance",
                request: Request(
                    AttendanceReads.sums, Parameters(month, now, String?.none, community.text, community.text + "~")),
                uses: ["attendance_month"], never: ["Seq Scan on attendance"]),
            Hot(
                name: "a month's whistles",
                request: Request(
                    AttendanceReads.whistles, Parameters(month, now, String?.none, community.text, community.text + "~")
                ),
                uses: ["attendance_month"], never: ["Seq Scan on attendance"]),
            Hot(
                name: "what a town supervises", request: Request(SupervisionReads.open, supervised),
                uses: ["Index Scan using supervision_open"], never: ["Sort"]),
            Hot(
                name: "all that a town ever supervised", request: Request(SupervisionReads.all, supervised),
                uses: ["Index Scan using supervision_unit"], never: ["Sort"]),
            Hot(
                name: "which rules decided in a month", request: Request(RuleReport.decided, Parameters(month, now)),
                uses: ["matter_opened"]),
            Hot(
                name: "which rules were set right in a month",
                request: Request(RuleReport.setRight, Parameters(month, now)),
                uses: ["history_reclassified", "history_corrected"], never: ["Seq Scan on history"]),
            Hot(
                name: "cases that rules are tried out on",
                request: Request(
                    RuleTrialRun.opened, Parameters("371082", "371082~", month, CaseCursor.first.id.uuid, Int32(500))),
                uses: ["Index Scan using matter_opened"]),
            Hot(
                name: "the policy in force", request: Request(PolicyInForce.known),
                uses: ["Scan Backward using policy_in_force_pkey"], never: ["Sort"]),
            Hot(
                name: "open cases by another policy",
                request: Request(
                    PolicyInForce.stale,
                    Parameters(Int32(3), Int32(1), CaseCursor.first.id.uuid, Int32(PolicyInForce.page))),
                uses: ["using matter_policy"], never: ["Sort", "Seq Scan on matter"]),
            Hot(
                name: "the timers of a page",
                request: Request(
                    PolicyInForce.wind,
                    Parameters([id], [Int16(3)], PolicyWatch.timerKind, now, JSON(utf8: Array("{}".utf8)))),
                uses: ["Conflict Arbiter Indexes: timer_pkey"], never: ["Seq Scan"]),
            Hot(
                name: "a policy put in force",
                request: Request(PolicyInForce.remember, Parameters("x", now, Int32(3_000))),
                uses: ["Insert on policy_in_force"], never: ["Seq Scan on policy_in_force"]),
            Hot(
                name: "open cases by another policy, where there are none",
                request: Request(
                    PolicyInForce.stale,
                    Parameters(Int32(0), Int32(-1), CaseCursor.first.id.uuid, Int32(PolicyInForce.page))),
                uses: ["using matter_policy"], never: ["Sort", "Seq Scan on matter"]),
        ]
    }

    /// Some thousand policies and whistles, so that a plan is chosen as where there are many.
    private func addOthers(_ rig: DispatchRig) async throws {
        try await rig.execute(
            """
            insert into attendance (whistle, department, matter_id, community, kind, is_lead, called_at, arrive_by, attendance, was_missed)
            select id, 'D001', id, community, 'emergency', true, opened_at, opened_at, 'done', false from matter;
            insert into supervision (matter_id, step, rung, unit, reason, asked_at, ended_at)
                select id, 4, 'town', left(unit, 9), 'overdue', opened_at, case when number % 20 > 0 then opened_at end from matter;
            insert into history (matter_id, sequence, event_id, type, occurred_at, recorded_at, correlation_id, data)
                select id, step, gen_random_uuid(), case step when 1 then 'muster.case.opened.v1'
                    else (array['muster.case.reclassified.v1', 'muster.case.corrected.v1'])[number / 50 % 2 + 1] end,
                    opened_at, opened_at, id::text, '{"category": "x", "formerCategory": "y"}'
                from matter, generate_series(1, 2) as step where step = 1 or number % 50 = 0;
            insert into policy_in_force select number, 'policy ' || number, now() from generate_series(1, 2000) as number;
            update matter set policy = 2 where status in ('assigned', 'accepted', 'in-hand');
            analyze attendance; analyze supervision; analyze history; analyze policy_in_force; analyze matter
            """)
    }

    @Test(.needsPostgres)
    func `hot queries use their indexes`() async throws {
        try await DispatchRig.use { rig in
            try await CasePopulation(cases: 20_000, open: 6_000).fill(rig)
            try await addOthers(rig)
            for hot in try Self.hot() {
                let explain = Statement(once: "explain (costs off) " + hot.request.statement.sql)
                let parameters = hot.request.parameters
                let plan = try await rig.pool.run { session in
                    try session.query(explain, parameters).rows(as: String.self).joined(separator: "\n")
                }
                for part in hot.uses {
                    #expect(plan.contains(part), "\(hot.name) does not use \(part):\n\(plan)")
                }
                for part in hot.never { #expect(!plan.contains(part), "\(hot.name) has a \(part):\n\(plan)") }
            }
        }
    }

    /// What every read asks for by keys, of which there are now few and now many.
    @Test(.needsPostgres)
    func `a page, a search and somebody's postings are planned a few times, and then no more`() async throws {
        try await DispatchRig.use { rig in
            try await CasePopulation(cases: 2_000, open: 200).fill(rig)
            let kept = try await rig.pool.run { session in
                let ids = try session.query(Statement(once: "select id from matter limit 100")).rows(as: UUID.self)
                for count in 1...20 {
                    let views = try CaseViews.load(ids.prefix(count * 5).map { EventID($0) }, in: &session)
                    #expect(views.count == count * 5)
                    var lookup = DirectoryLookup()
                    for number in 0...count { lookup.need(PersonID("p\(number)")) }
                    _ = try lookup.load(in: &session)
                    // Now three words, now five; now of a community, now of a grid.
                    let words = ["漏水", "路灯", "井盖", "垃圾", "噪音"].prefix(count % 3 + 3).joined(separator: " ")
                    let unit = try #require(UnitCode(count % 2 == 0 ? "371082007013" : "371082007013001"))
                    let search = SearchRun(query: try SearchQuery(words), unit: unit, limit: count)
                    _ = try search.run(after: .last, in: &session)
                }
                return try session.query(
                    Statement(
                        once: """
                            select count(*) from pg_prepared_statements
                            where name in ('case_views', 'directory_find_postings', 'search_keys_3') and generic_plans >= 15
                            """)
                ).value(Int64.self, row: 0, column: 0)
            }
            #expect(kept == 3)
        }
    }

    /// A search of ten million cases is believed to be dear, and takes a millisecond: compiled it took 250.
    @Test(.needsPostgres)
    func `nothing is compiled before it runs, however dear the server believes it to be`() async throws {
        try await DispatchRig.use { rig in
            try await CasePopulation(cases: 2_000, open: 200).fill(rig)
            let plan = try await rig.pool.run { session in
                try session.execute("set jit_above_cost = 0")
                return try session.query(
                    Statement(
                        once: "explain (analyze, costs off) select count(*) from matter_search where folded like '%x%'")
                ).rows(as: String.self).joined(separator: "\n")
            }
            #expect(plan.contains("matter_search") && !plan.contains("JIT"), "\(plan)")
        }
    }
}
