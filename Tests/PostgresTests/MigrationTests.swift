import Postgres
import TestSupport
import Testing

@Suite(.needsPostgres, .scratchDatabase, .serialized, .timeLimit(.minutes(5)))
struct MigrationTests {
    private let first = Migration(number: 1, name: "make", sql: "create table thing (id int8 primary key)")
    private let second = Migration(
        number: 2, name: "name", sql: "alter table thing add name text; insert into thing values (1, 'one')")

    private func apply(_ migrations: [Migration], to schema: String) async throws -> [Migration] {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        return try await connection.run { try Migrations(schema: schema, migrations).apply(in: &$0) }
    }

    private func status(_ migrations: [Migration], of schema: String) async throws -> MigrationStatus {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        return try await connection.run { try Migrations(schema: schema, migrations).status(in: &$0) }
    }

    @Test func `what is pending is applied, once, in order`() async throws {
        #expect(
            try await status([first, second], of: "steps") == MigrationStatus(current: 0, pending: [first, second]))
        #expect(try await apply([first], to: "steps") == [first])
        #expect(try await status([first, second], of: "steps") == MigrationStatus(current: 1, pending: [second]))
        #expect(try await apply([first, second], to: "steps") == [second])
        #expect(try await apply([first, second], to: "steps") == [])
        #expect(try await status([first, second], of: "steps") == MigrationStatus(current: 2, pending: []))
        #expect(try await Server().count("steps.thing") == 1)
        let server = try await Server()
        #expect(try await server.count("steps.schema_migration where applied_at > now() - interval '1 minute'") == 2)
    }

    @Test func `two schemas keep histories of their own, whatever they are called`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let schemas = ["plain", #"quoted "name" with ü"#, String(repeating: "l", count: 63)]
        try await connection.run { session in
            for schema in schemas {
                let applied = try Migrations(schema: schema, [first, second]).apply(in: &session)
                #expect(applied == [first, second])
            }
        }
        for schema in schemas { #expect(try await status([first, second], of: schema).current == 2) }
    }

    @Test func `a release runs on the schema of the next`() async throws {
        _ = try await apply([first, second], to: "ahead")
        #expect(try await status([first], of: "ahead") == MigrationStatus(current: 2, pending: []))
        await #expect(throws: MigrationError.unknown(number: 2, name: "name", schema: "ahead")) {
            try await apply([first], to: "ahead")
        }
    }

    @Test func `a migration that was changed after the fact is refused by both`() async throws {
        _ = try await apply([first, second], to: "edited")
        let edited = Migration(number: 1, name: "make", sql: first.sql + " ")
        let error = MigrationError.changed(number: 1, name: "make", schema: "edited")
        await #expect(throws: error) { try await apply([edited, second], to: "edited") }
        await #expect(throws: error) { try await status([edited, second], of: "edited") }
    }

    @Test func `a list with a gap or a repeat is refused`() async throws {
        let third = Migration(number: 3, name: "later", sql: "select 1")
        await #expect(throws: MigrationError.misnumbered(expected: 2, found: 3, name: "later")) {
            try await apply([first, third], to: "gap")
        }
        await #expect(throws: MigrationError.misnumbered(expected: 2, found: 1, name: "make")) {
            try await apply([first, first], to: "gap")
        }
    }

    @Test func `a database with a gap is refused`() async throws {
        _ = try await apply([first, second], to: "hole")
        try await Server().execute("delete from hole.schema_migration where number = 1")
        await #expect(throws: MigrationError.gap(missing: 1, schema: "hole")) {
            try await apply([first, second], to: "hole")
        }
    }

    @Test func `one that fails leaves nothing of itself, keeps those before it, and is named`() async throws {
        let bad = Migration(number: 2, name: "bad", sql: "create table half (id int8); select 1 / 0")
        let error = await #expect(throws: PostgresError.self) { try await apply([first, bad], to: "broken") }
        #expect(error?.sqlState == SQLState("22012"))
        #expect(error?.statement == "migration 2 (bad) of broken")
        #expect(try await status([first], of: "broken").current == 1)
        let server = try await Server()
        #expect(try await server.count("pg_class where relname = 'half'") == 0)
        #expect(try await apply([first, second], to: "broken") == [second])
    }

    @Test func `one that ends its own transaction is refused`() async throws {
        let ending = Migration(number: 1, name: "ending", sql: "create table a (id int8); commit")
        await #expect(throws: MigrationError.endsTransaction(number: 1, name: "ending")) {
            try await apply([ending], to: "ending")
        }
        #expect(try await status([ending], of: "ending").current == 0)
    }

    @Test func `many at once take turns, and each migration is applied once`() async throws {
        let migrations = [first, second]
        let applied = try await withThrowingTaskGroup(of: [Migration].self) { group in
            for _ in 0..<6 { group.addTask { try await apply(migrations, to: "crowded") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(applied.flatMap(\.self) == migrations)
    }

    @Test func `one that is cancelled leaves no lock behind`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let server = try await Server()
        let id = try await connection.processID
        let slow = Migration(number: 1, name: "slow", sql: "select pg_sleep(30)")
        let task = Task { try await connection.run { try Migrations(schema: "slow", [slow]).apply(in: &$0) } }
        try await eventually("the migration runs") {
            try await server.count("pg_stat_activity where pid = \(id) and query = 'select pg_sleep(30)'") == 1
        }
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.reason == .cancelled)
        #expect(try await server.count("pg_locks where locktype = 'advisory' and pid = \(id)") == 0)
        #expect(await connection.isOpen)
    }

    @Test func `one that would have to wait long for a lock gives up, and may be tried again`() async throws {
        _ = try await apply([first], to: "locked")
        let holder = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let other = try ScratchDatabase.conninfo
        try await holder.run { session in
            try session.transaction { session in
                try session.execute("select * from locked.thing")
                var migrator = try Session(connectingTo: other)
                var migrations = Migrations(schema: "locked", [first, second])
                migrations.lockTimeout = .milliseconds(50)
                let error = #expect(throws: PostgresError.self) { try migrations.apply(in: &migrator) }
                #expect(error?.sqlState == .lockNotAvailable && error?.isRetryable == true)
                try session.execute("select 1")
            }
        }
        #expect(try await apply([first, second], to: "locked") == [second])
    }

    @Test func `the migrator needs no right to make schemas, and a reader none but to read`() async throws {
        let server = try await Server()
        try await server.execute(
            """
            do $$ begin create role muster_test_owner; exception when duplicate_object then null; end $$;
            do $$ begin create role muster_test_reader; exception when duplicate_object then null; end $$;
            create schema owned authorization muster_test_owner;
            grant usage on schema owned to muster_test_reader;
            alter default privileges for role muster_test_owner in schema owned grant select on tables to muster_test_reader
            """)
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        try await connection.run { session in
            let migrations = Migrations(schema: "owned", [first, second])
            try session.execute("set role muster_test_owner")
            let applied = try migrations.apply(in: &session)
            #expect(applied == [first, second])
            try session.execute("set role muster_test_reader")
            let current = try migrations.status(in: &session).current
            #expect(current == 2)
        }
        await connection.close()
        try await server.execute(
            "drop schema owned cascade; drop owned by muster_test_owner, muster_test_reader; drop role muster_test_owner, muster_test_reader"
        )
    }

    @Test(arguments: [
        MigrationError.misnumbered(expected: 2, found: 3, name: "n"), .changed(number: 1, name: "n", schema: "s"),
        .gap(missing: 1, schema: "s"), .unknown(number: 1, name: "n", schema: "s"),
        .endsTransaction(number: 1, name: "n"),
    ])
    func `each error says what to do`(error: MigrationError) {
        #expect(error.description.contains(":"))
    }
}
