import Contracts
import Postgres
import Schemas
import Telemetry
import TestSupport

@testable import ServiceKit
@testable import muster_credit

/// Credit's handler on a real database, without topics: inputs are committed in batches, and the clock is a test's.
final class CreditBench: Sendable {
    static let app = "app"
    static let grid = UnitCode("371082007025001")!
    static let chief = PersonID("p-grid-1")!

    let pool: PostgresPool
    let clock: CityClock

    private static let template = DatabaseTemplate { database in
        let connection = try await PostgresConnection.connect(database.url)
        try await connection.run { session in
            try session.execute("create schema credit")
            _ = try Schemas.migrations(of: .credit).apply(in: &session)
            try session.execute(
                """
                set search_path to credit;
                insert into directory_gateway values ('app', array['\(DeedReported.type)', '\(HoursReported.type)',
                    '\(ConsentChanged.type)'], now());
                insert into directory_unit values ('\(CreditBench.grid)', 'Grid 1', null, now());
                insert into directory_person values ('\(CreditBench.chief)', 'Chief', 'zh', now());
                insert into directory_posting values ('\(CreditBench.chief)', 0, 'grid-chief', '\(CreditBench.grid)',
                    null, '2020-01-01', null);
                """)
        }
        await connection.close()
    }

    static func use(at now: Instant, _ body: (CreditBench) async throws -> Void) async throws {
        try await ScratchDatabase.use(template) { database in
            let bench = CreditBench(database, at: now)
            let result: Result<Void, any Error>
            do { result = .success(try await body(bench)) } catch { result = .failure(error) }
            await bench.pool.close()
            try result.get()
        }
    }

    private init(_ database: ScratchDatabase, at now: Instant) {
        pool = PostgresPool(database.poolOptions(schema: "credit"))
        clock = CityClock(.stepped)
        clock.set(now)
    }

    // MARK: Working

    func committer(
        _ rules: CreditRules, _ portion: SettlementPortion = SettlementPortion()
    ) -> Committer<CreditHandler> {
        Committer(
            service: .credit, handler: CreditHandler(rules: rules, portion: portion), pool: pool, clock: clock,
            wake: { _ in })
    }

    /// Commits a batch as a topic's would be: again from the start while somebody else gets ahead.
    func commit(_ inputs: [Input<CreditCommand>], _ rules: CreditRules) async throws -> [Receipt] {
        while true {
            do {
                return try await committer(rules).attempt(
                    inputs, .init(), .marker(.v7(at: MachineClock.now())), slot: 0, publishesReceipts: false,
                    refusesEarly: true)
            } catch let error as PostgresError where error.sqlState == .decisionStale || error.isRetryable {
                continue
            }
        }
    }

    /// Acts on what is due, as one of several replicas would.
    ///
    /// - Returns: how many accounts were settled; nil where somebody else got ahead.
    func settle(_ rules: CreditRules, _ portion: SettlementPortion = SettlementPortion()) async throws -> Int? {
        let log = Logger(service: "credit", level: .critical)
        // Longer than a busy machine may stand still: without a lease nothing is due, and callers would take that for the end.
        let leases = ShardLeases(pool: pool, replica: "bench", timeToLive: .seconds(60), log: log)
        try await leases.renew()
        let loop = TimerLoop(
            committer: committer(rules, portion), pool: pool, leases: leases, clock: clock, command: CreditCommand.due,
            log: log,
            metrics: TimerMetrics(Metrics()))
        do {
            return try await loop.actOnDue()
        } catch let error as PostgresError where error.sqlState == .decisionStale || error.isRetryable {
            return nil
        }
    }

    /// Moves the clock past every mark and settles until nothing is left.
    func settleAll(_ rules: CreditRules) async throws {
        clock.set(clock.now() + .seconds(2 * 3_600))
        while try await settle(rules) != 0 {}
    }

    // MARK: Looking

    func ledger() async throws -> [CreditEntry] {
        try await pool.run { session in
            try CreditEntry.read(
                session.query(Statement("bench_entries", "select \(CreditEntry.columns) from entry as e")))
        }
    }

    func count(_ sql: String) async throws -> Int {
        try await pool.run { session in
            Int(
                try session.query(Statement("bench \(sql.hashValue)", "select (\(sql))::int8"))
                    .value(Int64.self, row: 0, column: 0))
        }
    }
}

extension Input<CreditCommand> {
    /// From the app, by the grid's chief or by the person herself.
    static func deed(
        _ id: String, _ item: String = "snow-cleared", of subject: Subject = Sample.resident, at instant: Instant,
        quantity: Int? = nil
    ) -> Input {
        make(
            id, at: instant, by: CreditBench.chief,
            DeedReported(subject: subject, item: item, unit: CreditBench.grid, quantity: quantity, evidence: ["e-1"])
        ) { .deed($0) }
    }

    static func hours(_ id: String, _ hours: Int, of subject: Subject = Sample.resident, at instant: Instant) -> Input {
        make(
            id, at: instant, by: CreditBench.chief,
            HoursReported(subject: subject, hours: hours, activity: "clean-up", unit: CreditBench.grid)
        ) { .hours($0) }
    }

    static func consent(
        _ id: String, _ isGiven: Bool = true, of subject: Subject = Sample.resident, at instant: Instant
    ) -> Input {
        make(id, at: instant, by: PersonID(subject.id), ConsentChanged(subject: subject, given: isGiven)) {
            .consent($0)
        }
    }

    static func visit(_ id: String, minutes: Int, at instant: Instant) -> Input {
        make(
            id, at: instant, by: CreditBench.chief, source: "muster/intake",
            VisitRecorded(
                visit: Sample.id(id, at: instant), grid: CreditBench.grid, unit: CreditBench.grid, outcome: .met,
                minutes: minutes)
        ) { .visit($0) }
    }

    static func missed(_ id: String, by department: DepartmentCode, at instant: Instant) -> Input {
        make(
            id, at: instant, by: nil, source: "muster/dispatch",
            WhistleMissed(
                case: Sample.id(id), sequence: 4, unit: CreditBench.grid, whistle: Sample.id(id),
                department: department,
                due: instant)
        ) { .missed($0) }
    }

    /// The no-show's event has an id of ours.
    static func missed(_ event: EventID, by department: DepartmentCode, at instant: Instant) -> Input {
        missed(event.description, by: department, at: instant)
    }

    static func withdrawn(_ id: String, _ missed: EventID, by department: DepartmentCode, due: Instant) -> Input {
        make(
            id, at: due, by: nil, source: "muster/dispatch",
            NoShowWithdrawn(
                case: Sample.id(id), sequence: 6, unit: CreditBench.grid, whistle: Sample.id(id),
                department: department, missed: missed, due: due, cameAt: due, heardAt: due, told: [.town],
                supervisors: [], decided: false)
        ) { .noShowWithdrawn($0) }
    }

    private static func make<Payload: EventPayload>(
        _ id: String, at instant: Instant, by actor: PersonID?, source: String = CreditBench.app, _ payload: Payload,
        _ wrap: (Payload) -> CreditCommand
    ) -> Input {
        let envelope = EventEnvelope(id: id, source: source, type: Payload.type, time: instant, actor: actor)
        let data = (try? EventJSON.encode(payload)) ?? []
        return Input(
            envelope: envelope, command: wrap(payload), digest: InputDigest.of(envelope, data: data),
            origin: .http(route: "POST /v1/test"))
    }
}
