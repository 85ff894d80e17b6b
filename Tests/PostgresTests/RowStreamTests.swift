import Postgres
import Testing

@Suite(.needsPostgres, .scratchDatabase, .serialized, .timeLimit(.minutes(5)))
struct RowStreamTests {
    private struct Enough: Error {}

    @Test func `every row is seen, in order`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let (sum, isOrdered) = try await connection.run { session in
            var (sum, last, isOrdered) = (Int64(0), Int64(0), true)
            try session.forEachRow(
                Statement("series", "select n, n::text from generate_series(1, $1) n"), Parameters(Int64(100_000)),
                as: Int64.self, String.self
            ) { number, text in
                sum += number
                isOrdered = isOrdered && number == last + 1 && text == "\(number)"
                last = number
            }
            return (sum, isOrdered)
        }
        #expect(sum == 5_000_050_000 && isOrdered)
    }

    @Test func `no row is fine`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        try await connection.run { session in
            try session.forEachRow(Statement(once: "select 1 where false"), as: Int32.self) { _ in Issue.record("a row")
            }
        }
    }

    @Test func `the first rows are seen before the last are made`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let server = try await Server()
        let id = try await connection.processID
        try await connection.run { session in
            var other = try Session(connectingTo: try ScratchDatabase.conninfo)
            var wasActive: Bool?
            try session.forEachRow(
                Statement(once: "select generate_series(1, 500000)"), as: Int32.self
            ) { number in
                guard number == 1 else { return }
                wasActive = try other.query(
                    Statement(once: "select state = 'active' from pg_stat_activity where pid = $1"), Parameters(id)
                ).row(0, as: Bool.self)
            }
            #expect(wasActive == true)
        }
        _ = server
    }

    @Test func `a body that has had enough ends the statement`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        try await connection.run { session in
            var count = 0
            #expect(throws: Enough.self) {
                // Days of rows, if they all came.
                try session.forEachRow(
                    Statement(once: "select generate_series(1, 1000000000000)"), as: Int64.self
                ) { _ in
                    count += 1
                    if count == 10 { throw Enough() }
                }
            }
            #expect(count == 10)
            let found = try session.query(Statement(once: "select 1")).row(0, as: Int32.self)
            #expect(found == 1)
        }
    }

    @Test func `an error in the middle comes after the rows before it`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        try await connection.run { session in
            var count = 0
            let error = #expect(throws: PostgresError.self) {
                try session.forEachRow(
                    Statement("fails", "select 1 / (5000 - n) from generate_series(1, 10000) n"), as: Int32.self
                ) { _ in count += 1 }
            }
            #expect(error?.sqlState == SQLState("22012") && error?.statement == "fails" && count == 4999)
            let found = try session.query(Statement(once: "select 1")).row(0, as: Int32.self)
            #expect(found == 1)
        }
    }

    @Test func `a wrong type is an error that names the statement`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        try await connection.run { session in
            let error = #expect(throws: PostgresError.self) {
                try session.forEachRow(
                    Statement("typed", "select 'a' from generate_series(1, 1000000)"), as: Int64.self
                ) { _ in }
            }
            #expect(error?.reason == .decoding && error?.statement == "typed")
            try session.execute("select 1")
        }
    }
}
