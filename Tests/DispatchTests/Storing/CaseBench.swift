import Contracts
import FoundationEssentials
import Postgres
import Schemas
import Telemetry
import TestSupport

@testable import ServiceKit
@testable import muster_dispatch

/// Dispatch's handler on a real database, without topics: inputs are committed in batches, and the clock is a test's.
final class CaseBench: Sendable {
    let pool: PostgresPool
    let clock = CityClock(.stepped)
    let policy: CasePolicy
    let handler: DispatchHandler

    private static let template = DatabaseTemplate { database in
        let connection = try await PostgresConnection.connect(database.url)
        try await connection.run { session in
            try session.execute("create schema dispatch")
            _ = try Schemas.migrations(of: .dispatch).apply(in: &session)
            try session.execute("set search_path to dispatch")
            for request in DirectoryRows.requests(for: listings) {
                _ = try session.query(request.statement, request.parameters)
            }
        }
        await connection.close()
    }

    private static var listings: [DirectoryChange] {
        let city = City.directory
        var changes = city.units.values.map { DirectoryChange.unit($0, at: City.founding) }
        changes += city.departments.values.map { .department($0, at: City.founding) }
        changes += city.postings.map { person, postings in
            .person(
                PersonListed(person: person, name: person.text, language: .chinese, postings: postings),
                at: City.founding)
        }
        return changes + [
            .gateway(GatewayListed(source: "test", types: EventCatalog.all.map { $0.type }), at: City.founding)
        ]
    }

    static func use(policy: CasePolicy? = nil, _ body: (CaseBench) async throws -> Void) async throws {
        let policy = try policy ?? shippedPolicy.get()
        try await ScratchDatabase.use(template) { database in
            let bench = CaseBench(database, policy)
            bench.clock.set(City.opening)
            let result: Result<Void, any Error>
            do { result = .success(try await body(bench)) } catch { result = .failure(error) }
            await bench.pool.close()
            try result.get()
        }
    }

    private init(_ database: ScratchDatabase, _ policy: CasePolicy) {
        pool = PostgresPool(database.poolOptions(schema: "dispatch"))
        self.policy = policy
        handler = DispatchHandler(policy: policy)
    }

    /// Another replica on the same database, started by another policy.
    func beside(_ policy: CasePolicy, rules: RuleBook? = nil) -> CaseBench {
        CaseBench(pool, policy, rules: rules, at: clock.now())
    }

    init(_ pool: PostgresPool, _ policy: CasePolicy, rules: RuleBook? = nil, at now: Instant) {
        (self.pool, self.policy, handler) = (pool, policy, DispatchHandler(policy: policy, rules: rules))
        clock.set(now)
    }

    // MARK: Working

    private var committer: Committer<DispatchHandler> {
        Committer(
            service: .dispatch, handler: handler, pool: pool, clock: clock, wake: { _ in })
    }

    /// Commits a batch as a topic's would be: again from the start while somebody else gets ahead.
    @discardableResult
    func commit(_ inputs: [Input<DispatchCommand>]) async throws -> [Receipt] {
        while true {
            do {
                return try await committer.attempt(
                    inputs, .init(), .marker(.v7(at: MachineClock.now())), slot: 0, publishesReceipts: false,
                    refusesEarly: true)
            } catch let error as PostgresError where error.sqlState == .decisionStale || error.isRetryable {
                continue
            }
        }
    }

    /// Acts on what is due, as one of several replicas would: with all shards, or a part of them.
    ///
    /// - Returns: how many timers were acted on; nil where somebody else got ahead.
    func runDue(_ shards: [Int16] = Array(0..<64)) async throws -> Int? {
        let now = clock.now()
        let due = try await pool.run { session in
            try DueTimerRows.read(at: now, shards, limit: 500, in: &session)
        }
        if due.isEmpty { return 0 }
        let inputs = due.compactMap { timer in
            DispatchCommand.due(timer).map {
                Input(envelope: timer.envelope, command: $0, digest: [], origin: .timer)
            }
        }
        do {
            _ = try await committer.attempt(
                inputs, .init(timers: due), .timers, slot: 0, publishesReceipts: false, refusesEarly: true)
            return due.count
        } catch let error as PostgresError where error.sqlState == .decisionStale || error.isRetryable {
            return nil
        }
    }

    /// Puts each timer into its subject's own shard, as they are of a former version: then several replicas settle what is of one place.
    func scatter() async throws {
        try await pool.run { session in
            let subjects = try session.query(Statement(once: "select distinct subject from timer")).rows(as: UUID.self)
            _ = try session.query(
                Statement(
                    once: """
                        update timer set shard = own.shard from unnest($1::uuid[], $2::int2[]) as own (subject, shard)
                        where timer.subject = own.subject
                        """),
                Parameters(subjects, subjects.map { Shard.of(EventID($0).description.utf8) }))
        }
    }

    /// Moves the clock and acts on all that falls due.
    func pass(to instant: Instant) async throws {
        clock.set(instant)
        while try await runDue() != 0 {}
    }

    // MARK: Looking

    func state(_ id: EventID) async throws -> CaseState {
        let states = try await pool.run { session in try CaseRows.load([id], in: &session) }
        guard let state = states.first else { throw Missing() }
        return state
    }

    struct Missing: Error {}

    /// The steps of a case by their short names.
    func steps(_ id: EventID) async throws -> [String] {
        try await pool.run { session in
            try session.query(Self.types, Parameters(id.uuid)).rows(as: String.self)
        }.map { $0.replacing("muster.", with: "").replacing(".v1", with: "") }
    }

    /// The state that a case's history makes when it is read from its beginning.
    func rebuilt(_ id: EventID) async throws -> CaseState? {
        let rows = try await pool.run { session in
            try session.query(Self.history, Parameters(id.uuid)).rows(as: String.self, Timestamp.self, JSON.self)
        }
        var state: CaseState?
        for (type, time, data) in rows {
            let change = try CaseChange(type: type, data: data.utf8)
            if case .opened(let event) = change {
                // Those that it began with, whatever it came to.
                let limits = policy.limits(
                    category: event.category, handling: event.handling, severity: event.severity)
                state = CaseState(opened: event, at: Instant(time), limits: limits, policy.calendar)
            } else {
                state?.apply(change, at: Instant(time), policy)
            }
        }
        return state
    }

    func count(_ sql: String) async throws -> Int {
        try await pool.run { session in
            Int(
                try session.query(Statement("bench \(sql.hashValue)", "select (\(sql))::int8"))
                    .value(Int64.self, row: 0, column: 0))
        }
    }

    private static let types = Statement(
        "bench_types", "select type from history where matter_id = $1 order by sequence")
    private static let history = Statement(
        "bench_history", "select type, occurred_at, data from history where matter_id = $1 order by sequence")
}

extension Input<DispatchCommand> {
    static func complaint(
        _ id: String, at instant: Instant, unit: UnitCode = City.building,
        category: String = "city-appearance.rubbish.exposed", by actor: PersonID? = City.Who.chief.id
    ) -> Input {
        make(
            id, at: instant, by: actor,
            ComplaintReceived(
                complaint: id, channel: .phone, place: Place(unit: unit), category: category, severity: .normal,
                text: "垃圾堆在楼下")
        ) { .complaint($0) }
    }

    static func action(_ id: String, _ action: CaseAction, at instant: Instant, by who: City.Who) -> Input {
        make(id, at: instant, by: who.id, action) { .action($0) }
    }

    private static func make<Payload: EventPayload>(
        _ id: String, at instant: Instant, by actor: PersonID?, _ payload: Payload,
        _ wrap: (Payload) -> DispatchCommand
    ) -> Input {
        let envelope = EventEnvelope(id: id, source: "test", type: Payload.type, time: instant, actor: actor)
        let data = (try? EventJSON.encode(payload)) ?? []
        return Input(
            envelope: envelope, command: wrap(payload), digest: InputDigest.of(envelope, data: data),
            origin: .http(route: "POST /v1/test"))
    }
}
