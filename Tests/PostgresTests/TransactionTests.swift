import Postgres
import Testing

@Suite(.needsPostgres, .scratchDatabase, .serialized, .timeLimit(.minutes(5)))
struct TransactionTests {
    private struct Refusal: Error {}

    /// A connection and a new table for one test.
    private func begin(_ table: String) async throws -> (PostgresConnection, Server) {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        try await connection.run {
            try $0.execute("create table \(table) (id int4 unique deferrable initially deferred)")
        }
        return (connection, try await Server())
    }

    @Test func `what a body did is there afterwards, and not before`() async throws {
        let (connection, server) = try await begin("kept")
        try await connection.run { session in
            try session.transaction { session in
                try session.execute("insert into kept values (1)")
                var other = try Session(connectingTo: try ScratchDatabase.conninfo)
                #expect(try other.query(Statement(once: "select * from kept")).rowCount == 0)
            }
        }
        #expect(try await server.count("kept") == 1)
    }

    @Test func `a body that throws leaves nothing behind`() async throws {
        let (connection, server) = try await begin("dropped")
        await #expect(throws: Refusal.self) {
            try await connection.run { session in
                try session.transaction { session in
                    try session.execute("insert into dropped values (1)")
                    throw Refusal()
                }
            }
        }
        try await connection.run { session in
            let isOpen = session.isInTransaction
            #expect(!isOpen)
        }
        #expect(try await server.count("dropped") == 0)
    }

    @Test func `a commit that the server turns into a rollback is an error`() async throws {
        let (connection, server) = try await begin("swallowed")
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run { session in
                try session.transaction { session in
                    try session.execute("insert into swallowed values (1)")
                    do { try session.execute("select 1 / 0") } catch {}
                }
            }
        }
        #expect(error?.reason == .misuse)
        #expect(try await server.count("swallowed") == 0)
        try await connection.run { try $0.execute("select 1") }
    }

    @Test func `an error of the commit itself is an error`() async throws {
        let (connection, server) = try await begin("late")
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run { session in
                try session.transaction { try $0.execute("insert into late values (1), (1)") }
            }
        }
        #expect(error?.sqlState == .uniqueViolation && error?.constraint == "late_id_key")
        #expect(try await server.count("late") == 0)
    }

    @Test func `a transaction inside of another is refused`() async throws {
        let (connection, server) = try await begin("nested")
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run { session in
                try session.transaction { session in
                    try session.execute("insert into nested values (1)")
                    try session.transaction { try $0.execute("insert into nested values (2)") }
                }
            }
        }
        #expect(error?.reason == .misuse)
        #expect(try await server.count("nested") == 0)
    }

    @Test func `a transaction that a body leaves open is rolled back, and that is an error`() async throws {
        let (connection, server) = try await begin("open")
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run { try $0.execute("begin; insert into open values (1)") }
        }
        #expect(error?.reason == .misuse)
        try await connection.run { session in
            let isOpen = session.isInTransaction
            #expect(!isOpen)
        }
        #expect(try await server.count("open") == 0)
    }
}
