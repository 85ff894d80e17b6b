import Postgres
import Testing

@Suite(.needsPostgres, .scratchDatabase, .serialized, .timeLimit(.minutes(5)))
struct StatementTests {
    private let preparedCount = Statement(once: "select count(*) from pg_prepared_statements")

    @Test func `a statement is prepared once, and one that is run once never`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let counts = try await connection.run { session in
            try [Statement("one", "select 1"), Statement("one", "select 1"), Statement(once: "select 2")].map {
                _ = try session.query($0)
                return try session.query(preparedCount).value(Int64.self, row: 0, column: 0)
            }
        }
        #expect(counts == [1, 1, 1])
    }

    @Test func `a name that stands for another text or other types is refused`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        try await connection.run { session in
            _ = try session.query(Statement("n", "select $1"), Parameters(Int64(1)))
            let text = #expect(throws: PostgresError.self) {
                try session.query(Statement("n", "select $1 + 1"), Parameters(Int64(1)))
            }
            // A timestamp is eight bytes as well: the server would take it for the number.
            let types = #expect(throws: PostgresError.self) {
                try session.query(Statement("n", "select $1"), Parameters(Timestamp(microsecondsSince1970: 0)))
            }
            #expect([text, types].allSatisfy { $0?.reason == .misuse && $0?.statement == "n" })
            let found = try session.query(Statement("n", "select $1"), Parameters(Int64(2))).row(0, as: Int64.self)
            #expect(found == 2)
        }
    }

    @Test func `names that the server would cut to the same are refused`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let name = String(repeating: "n", count: 63)
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run { session in
                _ = try session.query(Statement(name, "select 1"))
                _ = try session.query(Statement(name + "1", "select 2"))
            }
        }
        #expect(error?.reason == .misuse)
    }

    @Test func `a statement that the schema has outgrown is prepared anew when it is tried again`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let all = Statement("all", "select * from outgrown")
        let error = try await connection.run { session in
            try session.execute("create table outgrown (a int4); insert into outgrown values (1)")
            _ = try session.query(all)
            try session.execute("alter table outgrown alter a type int8")
            return #expect(throws: PostgresError.self) { try session.query(all) }
        }
        #expect(error?.isRetryable == true && error?.statement == "all")
        #expect(try await connection.run { try $0.query(all).row(0, as: Int64.self) } == 1)
    }

    @Test func `a session that lost its statements prepares them anew`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let one = Statement("one", "select 1")
        try await connection.run { session in
            _ = try session.query(one)
            try session.execute("discard all")
            let error = #expect(throws: PostgresError.self) { try session.query(one) }
            #expect(error?.isRetryable == true)
            let found = try session.query(one).row(0, as: Int32.self)
            #expect(found == 1)
        }
    }

    @Test func `a wrong number of parameters is our mistake, and not worth another try`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run { session in
                _ = try session.query(Statement("two", "select $1::int4, $2::int4"), Parameters(Int32(1)))
            }
        }
        #expect(error?.reason == .server && error?.sqlState == SQLState("08P01") && error?.isRetryable == false)
        #expect(await connection.isOpen)
    }

    @Test func `several statements in one text are one transaction`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        try await connection.run { session in
            #expect(throws: PostgresError.self) { try session.execute("create table half (a int4); select 1 / 0") }
            let exists = try session.query(Statement(once: "select to_regclass('half') is not null"))
            #expect(try exists.row(0, as: Bool.self) == false)
        }
    }

    @Test func `the counts of what a statement did are known`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let counts = try await connection.run { session in
            try session.execute("create temp table counted (a int4)")
            return try [
                "insert into counted select generate_series(1, 7)", "update counted set a = 0 where a > 4",
                "select * from counted", "analyze counted",
            ]
            .map { try session.query(Statement(once: $0)).affectedRowCount }
        }
        #expect(counts == [7, 3, 7, 0])
    }
}
