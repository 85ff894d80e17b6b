import Contracts
import Crypto
import Postgres
import Schemas
import ServiceKit
import TestSupport
import Testing

@testable import ServiceKit
@testable import muster_intake

/// How long intake keeps what it knows of people, and how an old key becomes superfluous.
@Suite(.timeLimit(.minutes(2)))
struct IntakeChoresTests {
    private static let now = Instant("2026-11-24T08:00:00+08:00")!
    private static let keys: [KeyRing.KeyID: [UInt8]] = [
        1: [UInt8](repeating: 1, count: 32), 2: [UInt8](repeating: 2, count: 32),
    ]

    private static func columns(current: KeyRing.KeyID) throws -> SealedColumns {
        SealedColumns(cipher: ColumnCipher(try KeyRing(keys, current: current)))
    }

    /// Runs a body on intake's schema.
    private func use(_ body: @Sendable @escaping (inout Session) throws -> Void) async throws {
        try await ScratchDatabase.use { database in
            let connection = try await PostgresConnection.connect(database.url)
            do {
                try await connection.run { session in
                    try session.execute("create schema intake")
                    _ = try Schemas.migrations(of: .intake).apply(in: &session)
                    try session.execute("set search_path to intake")
                    try body(&session)
                }
            } catch {
                await connection.close()
                throw error
            }
            await connection.close()
        }
    }

    private static func count(_ sql: String, _ session: inout Session) throws -> Int64 {
        try session.query(Statement("count \(sql.hashValue)", sql)).value(Int64.self, row: 0, column: 0)
    }

    private static func run(_ name: String, _ chores: IntakeChores, _ session: inout Session) throws -> Int {
        let chore = try #require(chores.all.first { $0.name == name })
        return try chore.step(&session, now, Int32(chore.limit))
    }

    @Test(.needsPostgres) func `a fact goes when another took its place long enough ago, and the latest stays`()
        async throws
    {
        try await use { session in
            // Given three tenants one after the other, and of another home one that has been there for ever
            try session.execute(
                """
                insert into fact (register, subject, attribute, since, visit_id, value, grid, recorded_by, recorded_at)
                values ('homes', 'h1', 'tenant', '2018-01-01', gen_random_uuid(), '\\x01', 'g', 'p', now()),
                    ('homes', 'h1', 'tenant', '2020-01-01', gen_random_uuid(), '\\x02', 'g', 'p', now()),
                    ('homes', 'h1', 'tenant', '2024-06-01', gen_random_uuid(), '\\x03', 'g', 'p', now()),
                    ('homes', 'h2', 'tenant', '1999-01-01', gen_random_uuid(), '\\x04', 'g', 'p', now()),
                    ('places', 'h1', 'tenant', '2018-01-01', gen_random_uuid(), '\\x05', 'g', 'p', now()),
                    ('places', 'h1', 'tenant', '2020-01-01', gen_random_uuid(), '\\x06', 'g', 'p', now())
                """)
            let chores = IntakeChores(columns: try Self.columns(current: 1), retention: RegisterRetention())
            // The one of 2018 was superseded in 2020, more than three years ago; the one of 2020 only in 2024.
            let done1 = try Self.run("facts-homes", chores, &session)
            #expect(done1 == 1)
            let left2 = try Self.count("select count(*) from fact where value = '\\x01'", &session)
            #expect(left2 == 0)
            let left3 = try Self.count("select count(*) from fact", &session)
            #expect(left3 == 5)
            let done4 = try Self.run("facts-homes", chores, &session)
            #expect(done4 == 0)
            let done5 = try Self.run("facts-places", chores, &session)
            #expect(done5 == 0)
        }
    }

    @Test(.needsPostgres) func `which door it was is forgotten, and the visit stays`() async throws {
        try await use { session in
            try session.execute(
                """
                insert into visit (id, grid, unit, label, outcome, minutes, note, chief, visited_at, recorded_at)
                select gen_random_uuid(), 'g', 'u', '\\x01', 'met', 5, '\\x02', 'p',
                    timestamptz '\(Self.now)' - day * interval '1 day', now() from unnest(array[29, 31]) as day
                """)
            let chores = IntakeChores(columns: try Self.columns(current: 1), retention: RegisterRetention())
            let done6 = try Self.run("doors", chores, &session)
            #expect(done6 == 1)
            let done7 = try Self.run("doors", chores, &session)
            #expect(done7 == 0)
            let left8 = try Self.count("select count(*) from visit", &session)
            #expect(left8 == 2)
            let left9 = try Self.count("select count(*) from visit where label is null and note is null", &session)
            #expect(left9 == 1)
        }
    }

    @Test(.needsPostgres) func `looks are kept for three years`() async throws {
        try await use { session in
            try session.execute(
                """
                insert into look (person, register, subject, purpose, shown, looked_at)
                select 'p', 'homes', 'h', 'why', 'whole', timestamptz '\(Self.now)' - day * interval '1 day'
                from unnest(array[1, 1094, 1096, 2000]) as day
                """)
            let chores = IntakeChores(columns: try Self.columns(current: 1), retention: RegisterRetention())
            let done10 = try Self.run("looks", chores, &session)
            #expect(done10 == 2)
            let left11 = try Self.count("select count(*) from look", &session)
            #expect(left11 == 2)
        }
    }

    @Test(.needsPostgres) func `after a change of keys every fact is sealed anew, and the old key can go`() async throws
    {
        try await use { session in
            let before = try Self.columns(current: 1)
            let visit = EventID.derived(from: "v", at: Self.now, type: "t", subject: "s")
            for number in 0..<600 {
                let key = FactKey(
                    register: "homes", subject: "h\(number)", attribute: "phone", since: Timestamp(Self.now),
                    visit: visit)
                _ = try session.query(
                    Statement(
                        "give",
                        "insert into fact values ('homes', $1, 'phone', $2, $3, $4, 'g', 'p', now())"),
                    Parameters(key.subject, key.since, visit.uuid, before.seal("number \(number)", key))
                ).rowCount
            }
            let chores = IntakeChores(columns: try Self.columns(current: 2), retention: RegisterRetention())
            let done12 = try Self.run("reseal-facts", chores, &session)
            #expect(done12 == 500)
            let done13 = try Self.run("reseal-facts", chores, &session)
            #expect(done13 == 100)
            let done14 = try Self.run("reseal-facts", chores, &session)
            #expect(done14 == 0)
            // Then the new key alone opens them.
            let after = SealedColumns(cipher: ColumnCipher(try KeyRing([2: Self.keys[2] ?? []], current: 2)))
            let rows = try session.query(Statement("all", "select subject, value from fact")).rows(
                as: String.self, Bytes.self)
            for (subject, value) in rows {
                let key = FactKey(
                    register: "homes", subject: subject, attribute: "phone", since: Timestamp(Self.now), visit: visit)
                #expect(try after.open(value, key) == "number \(subject.dropFirst())")
            }
        }
    }

    @Test func `days are read by register, and what is not named keeps its default`() throws {
        let days = try #require(RegisterRetention.days("people:30,events:7"))
        #expect(days[.people] == .days(30) && days[.events] == .days(7) && days[.homes] == .days(1_095))
        for wrong in ["", "people", "people:0", "pets:30", "people:x", "people:99999"] {
            #expect(RegisterRetention.days(wrong) == nil, "\(wrong)")
        }
    }
}
