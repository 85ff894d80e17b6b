import Postgres
import Testing

@Suite(.needsPostgres, .scratchDatabase, .serialized, .timeLimit(.minutes(5)))
struct CopyTests {
    private func connect() async throws -> PostgresConnection {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        try await connection.run { session in
            try session.execute("create temp table c (id int8 primary key, name text, at timestamptz)")
        }
        return connection
    }

    private func copy(_ ids: Range<Int64>, in session: inout Session) throws(PostgresError) {
        try session.copyIn("copy c from stdin (format binary)", ids) { id, writer in
            writer.append(id, id % 2 == 0 ? "even" : nil, Timestamp(microsecondsSince1970: id))
        }
    }

    @Test func `every row arrives`() async throws {
        let connection = try await connect()
        try await connection.run { session in
            try copy(0..<20_000, in: &session)
            let (count, even, last) = try session.query(Statement(once: "select count(*), count(name), max(at) from c"))
                .row(0, as: Int64.self, Int64.self, Timestamp.self)
            #expect(count == 20_000 && even == 10_000 && last.microsecondsSince1970 == 19_999)
        }
    }

    @Test func `one bad row and none arrives`() async throws {
        let connection = try await connect()
        try await connection.run { session in
            try copy(500..<501, in: &session)
            let error = #expect(throws: PostgresError.self) { try copy(0..<100_000, in: &session) }
            #expect(error?.sqlState == .uniqueViolation && error?.constraint == "c_pkey")
            let found = try session.query(Statement(once: "select * from c")).rowCount
            #expect(found == 1)
        }
    }

    @Test func `nothing may be copied`() async throws {
        let connection = try await connect()
        try await connection.run { session in
            try copy(0..<0, in: &session)
            let found = try session.query(Statement(once: "select * from c")).rowCount
            #expect(found == 0)
        }
    }

    @Test func `a server that talks meanwhile does not stop it`() async throws {
        let connection = try await connect()
        let text = String(repeating: "x", count: 4000)
        try await connection.run { session in
            // Both sides would wait for each other if only the sending were waited for.
            try session.execute(
                """
                create function pg_temp.chat() returns trigger language plpgsql as $$
                begin raise notice '%', new.name; new.name = 'short'; return new; end $$;
                create trigger chat before insert on c for each row execute function pg_temp.chat()
                """)
            session.timeout = .seconds(10)
            try session.copyIn("copy c from stdin (format binary)", Int64(0)..<10_000) { id, writer in
                writer.append(id, text, Timestamp(microsecondsSince1970: id))
            }
            let found = try session.query(Statement(once: "select * from c")).rowCount
            #expect(found == 10_000)
        }
    }

    @Test func `a session that ends meanwhile is lost, at once`() async throws {
        let connection = try await connect()
        let server = try ScratchDatabase.conninfo
        let start = ContinuousClock.now
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run { session in
                let victim = try session.processID
                try session.copyIn("copy c from stdin (format binary)", Int64(0)..<1_000_000) { id, writer in
                    if id == 5000 {
                        var killer = try? Session(connectingTo: server)
                        try? killer?.execute("select pg_terminate_backend(\(victim), 5000)")
                    }
                    writer.append(id, "x", Timestamp(microsecondsSince1970: id))
                }
            }
        }
        #expect(error?.reason == .connectionLost && error?.isRetryable == true)
        #expect(await !connection.isOpen)
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func `what is no copy from here is refused`() async throws {
        let connection = try await connect()
        try await connection.run { session in
            let error = #expect(throws: PostgresError.self) {
                try session.copyIn("select 1", 0..<1) { _, _ in Issue.record("a row for a SELECT") }
            }
            #expect(error?.reason == .misuse)
            try session.execute("select 1")
        }
    }

    @Test(arguments: ["copy c from stdin", "copy c to stdout"])
    func `a copy by another way ends in an error, though its result repeats for ever`(sql: String) async throws {
        let connection = try await connect()
        let error = await #expect(throws: PostgresError.self) { try await connection.run { try $0.execute(sql) } }
        #expect(error?.reason == .misuse)
        #expect(await !connection.isOpen)
    }
}
