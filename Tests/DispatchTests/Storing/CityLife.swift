import Contracts
import Postgres
import ServiceKit
import Testing

@testable import muster_dispatch

/// Some hours of a small city, made up from a seed while they are played: what was sent, and when it reached us.
struct CityLife {
    struct Step {
        /// The city's time by then: the clocks of before have run.
        let clock: Instant
        let inputs: [Input<DispatchCommand>]
        let receipts: [Receipt]
    }

    private(set) var steps: [Step] = []
    private var random: Seeded
    private var cases: [EventID] = []
    private var count = 0

    /// Plays them without anything going wrong.
    init(_ seed: UInt64, steps wanted: Int, on bench: CaseBench) async throws {
        random = Seeded(seed)
        for _ in 0..<wanted {
            let seconds = Int.random(in: 0...(random.isTrue(0.1) ? 100_000 : 1_500), using: &random)
            try await bench.pass(to: bench.clock.now() + .seconds(seconds))
            var inputs: [Input<DispatchCommand>] = []
            for _ in 0..<Int.random(in: 1...4, using: &random) { inputs.append(try await input(bench)) }
            let receipts = try await bench.commit(inputs)
            for (input, receipt) in zip(inputs, receipts) {
                if case .complaint = input.command, let id = receipt.result { cases.append(id) }
            }
            steps.append(Step(clock: bench.clock.now(), inputs: inputs, receipts: receipts))
        }
    }

    private mutating func input(_ bench: CaseBench) async throws -> Input<DispatchCommand> {
        count += 1
        let now = bench.clock.now()
        // Some of it waited for a network.
        let time = random.isTrue(0.2) ? now - .seconds(Int.random(in: 0...3_000, using: &random)) : now
        guard let id = cases.isEmpty || random.isTrue(0.15) ? nil : random.pick(cases) else {
            return .complaint(
                "c-\(count)", at: max(time, City.opening),
                unit: random.pick([City.building, City.grid, City.community]),
                category: random.pick(["city-appearance.rubbish.exposed", "utility.water.burst"]),
                by: random.pick([City.Who.chief, .steward, .resident]).id)
        }
        var play = try Play()
        play.state = try await bench.state(id)
        play.now = now
        // What the case waits for is done more often than what it does not; its end is kept rare.
        let kinds = CaseActionKind.allCases.filter { kind in
            switch kind {
            case .withdraw: random.isTrue(0.03)
            case .resolve, .close, .join: random.isTrue(0.2)
            default: true
            }
        }
        let possible = kinds.filter { (try? play.outcome($0, by: .cityClerk).get()) != nil }
        let kind = random.pick(random.isTrue(0.7) && !possible.isEmpty ? possible : kinds)
        var action = play.action(kind)
        switch kind {
        case .join: action.into = random.pick(cases)
        case .blowWhistle, .changeWhistle:
            action.departments = random.pick([[City.water], [City.water, City.power], [City.power, City.gas]])
        case .verify: action.satisfied = random.isTrue(0.5)
        case .rate: action.rating = Int.random(in: 1...5, using: &random)
        case .decideDecline: action.granted = random.isTrue(0.5)
        default: break
        }
        if kind.isOfDepartment { action.department = random.pick([City.water, City.power, City.gas]) }
        if random.isTrue(0.2) { action.version = play.state.version - Int.random(in: 0...1, using: &random) }
        let who = random.pick([
            City.Who.cityClerk, .cityClerk, .townClerk, .secretary, .chief, .waterWorker, .powerWorker,
        ])
        return .action("a-\(count)", action, at: time, by: who)
    }
}

/// What must hold of all cases of a database, whatever was done to it.
struct CaseAudit {
    let bench: CaseBench

    /// What does not hold, in words.
    func faults() async throws -> [String] {
        var faults: [String] = []
        for id in try await ids() {
            let state = try await bench.state(id)
            if try await bench.rebuilt(id) != state { faults.append("\(id): its history makes another state") }
            let wanted = state.clocks.map { "\($0.kind.rawValue) \($0.ordinal) \($0.due)" }.sorted()
            let timers = try await timers(of: id)
            if timers != wanted {
                faults.append("\(id) is \(state.status) and has the timers \(timers), not \(wanted)")
            }
            let parts = (state.whistle?.parts ?? []).map { "\($0.department) \($0.attendance) \($0.inTime == true)" }
                .sorted()
            let rows = try await lines(
                """
                select department || ' ' || attendance || ' ' || coalesce(in_time, false) from attendance
                where matter_id = '\(id)' and whistle = '\(state.whistle?.id ?? id)' order by 1
                """)
            if rows != parts { faults.append("\(id): attendance is \(rows), not \(parts)") }
            let open = try await lines(
                "select step::text from supervision where matter_id = '\(id)' and ended_at is null order by supervision.step"
            )
            if open != state.questions.map({ String($0.step) }) { faults.append("\(id) waits for the answers \(open)") }
        }
        for (what, sql) in Self.none {
            let rows = try await lines(sql)
            if !rows.isEmpty { faults.append("\(what): \(rows)") }
        }
        return faults
    }

    /// What there must be nothing of.
    private static let none = [
        (
            "a history with a gap, or apart from its case",
            """
            select matter.id::text from matter left join history on matter_id = matter.id group by matter.id, version
            having count(*) <> version or min(sequence) <> 1 or max(sequence) <> version
            """
        ),
        (
            "an event twice",
            "select event_id::text from history group by event_id having count(*) > 1"
        ),
        (
            "a level told twice of one thing",
            """
            select matter_id::text || ' ' || coalesce(data ->> 'department', '') || ' ' || (data ->> 'to') from (
                select *, count(*) filter (where type = 'muster.whistle.blown.v1') over (partition by matter_id order by sequence)
                    as whistle
                from history) as step
            where type = 'muster.case.climbed.v1'
            group by matter_id, data ->> 'department', data ->> 'to',
                case when data ->> 'department' is null then 0 else whistle end
            having count(*) > 1
            """
        ),
        (
            "a whistle whose sums are not those of its departments",
            """
            select ended.data ->> 'whistle' from history as ended
            where type = 'muster.whistle.ended.v1'
                and (data ->> 'came')::int + (data ->> 'missed')::int + coalesce((data ->> 'declined')::int, 0)
                        + coalesce((data ->> 'open')::int, 0)
                    <> (select count(*) from attendance
                        where whistle = (ended.data ->> 'whistle')::uuid and attendance <> 'released')
            """
        ),
        (
            "a case that is over with a clock",
            """
            select subject::text from timer join matter on matter.id = subject
            where status in ('closed', 'resolved', 'verified') and kind <> 'settle'
            """
        ),
    ]

    /// Everything that cases came to, without what people call them by.
    func contents() async throws -> [String] {
        try await lines(
            """
            select 'step ' || matter_id || ' ' || sequence || ' ' || event_id || ' ' || type || ' ' || coalesce(actor, '-') || ' '
                || occurred_at || ' ' || (data - 'number')::text from history
            union all select 'case ' || id || ' ' || (state - 'number')::text from matter
            union all select 'timer ' || subject || ' ' || kind || ' ' || ordinal || ' ' || due_at from timer
            union all select 'part ' || to_jsonb(attendance)::text from attendance
            union all select 'question ' || to_jsonb(supervision)::text from supervision
            order by 1
            """)
    }

    private func ids() async throws -> [EventID] {
        try await lines("select id::text from matter order by id").compactMap { EventID($0) }
    }

    private func timers(of id: EventID) async throws -> [String] {
        let rows = try await bench.pool.run { session in
            try session.query(
                Statement(
                    "audit_timers",
                    "select kind, ordinal, due_at from timer where subject = $1 and kind not in ('settle', 'reschedule')"
                ),
                Parameters(id.uuid)
            ).rows(as: String.self, Int32.self, Timestamp.self)
        }
        return rows.map { "\($0.0) \($0.1) \(Instant($0.2))" }.sorted()
    }

    private func lines(_ sql: String) async throws -> [String] {
        try await bench.pool.run { session in try session.query(Statement(once: sql)).rows(as: String.self) }
    }
}
