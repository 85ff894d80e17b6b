import Contracts
import Postgres
import Schemas
import ServiceKit
import TestSupport

/// A database with the kernel's tables in the schema of dispatch, and a table for the toy handler.
struct KernelDatabase {
    let pool: PostgresPool
    /// For a connection that is not lent.
    let url: String
    private let connection: PostgresConnection

    static func use(_ body: (KernelDatabase) async throws -> Void) async throws {
        try await ScratchDatabase.use { database in
            let connection = try await PostgresConnection.connect(database.url)
            try await connection.run { session in
                try session.execute("create schema dispatch")
                _ = try Schemas.migrations(of: .dispatch).apply(in: &session)
                try session.execute("create table dispatch.toy (id text primary key, times int4 not null default 1)")
                try session.execute("set search_path to dispatch")
            }
            let pool = PostgresPool(database.poolOptions(schema: "dispatch"))
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(KernelDatabase(pool: pool, url: database.url, connection: connection)))
            } catch {
                result = .failure(error)
            }
            await pool.close()
            await connection.close()
            try result.get()
        }
    }

    func execute(_ sql: String) async throws { try await connection.run { session in try session.execute(sql) } }

    func count(_ sql: String) async throws -> Int {
        let statement = Statement("count \(sql.hashValue)", "select (\(sql))::int8")
        return try await connection.run { session in
            Int(try session.query(statement).value(Int64.self, row: 0, column: 0))
        }
    }
}

/// Stores each input's id once and publishes one event for it; refuses what says so.
struct ToyHandler: BatchHandler {
    enum Command: Sendable { case store, refuse, early, timer }

    /// Lets a test come in between the decision and the writing.
    var beforeWriting: @Sendable () throws -> Void = {}

    func decide(
        _ inputs: [Input<Command>], in session: inout Session, at now: Instant, _ effects: inout Effects
    ) throws -> [Verdict] {
        try beforeWriting()
        var ids: [String] = []
        let verdicts = try inputs.map { input -> Verdict in
            switch input.command {
            case .refuse: return .refused(Refusal(.notAllowed, "the toy refuses it"))
            case .early: return .early(Refusal(.unknownUnit, "the toy does not know it yet"))
            case .store, .timer:
                ids.append(input.envelope.id)
                let visit = VisitRecorded(
                    visit: .derived(from: input.envelope.id, at: input.envelope.time, type: "toy", subject: "toy"),
                    grid: ToyInputs.grid, unit: ToyInputs.grid, outcome: .met, minutes: 1)
                try effects.publish(Event(visit, by: .intake, causedBy: input.envelope, recordedAt: now))
                return .taken(result: visit.visit)
            }
        }
        if !ids.isEmpty {
            effects.run(
                Statement(
                    "toy_insert",
                    """
                    insert into toy (id) select unnest($1::text[]) on conflict (id) do update set times = toy.times + 1
                    """), Parameters(ids.sorted()))
        }
        return verdicts
    }
}

enum ToyInputs {
    static let grid = UnitCode("371082007025001")!
    static let time = Instant("2026-11-24T08:00:00+08:00")!

    static func input(
        _ id: String, _ command: ToyHandler.Command = .store, digest: [UInt8] = [1],
        origin: Input<ToyHandler.Command>.Origin = .topic("gateway.patrol", partition: 0, offset: 0)
    ) -> Input<ToyHandler.Command> {
        let envelope = EventEnvelope(id: id, source: "app", type: "toy.v1", time: time)
        return Input(envelope: envelope, command: command, digest: digest, origin: origin)
    }
}
