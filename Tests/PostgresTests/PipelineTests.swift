import Postgres
import Testing

@Suite(.needsPostgres, .scratchDatabase, .serialized, .timeLimit(.minutes(5)))
struct PipelineTests {
    private let insert = Statement(
        "insert", "insert into t select unnest($1::int8[]) on conflict do nothing returning id")
    private let divide = Statement("divide", "select 1 / $1::int4")
    private let count = Statement("count", "select count(*) from t")

    private func connect() async throws -> PostgresConnection {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        try await connection.run { try $0.execute("create temp table t (id int8 primary key)") }
        return connection
    }

    @Test func `every request is answered, in order`() async throws {
        let connection = try await connect()
        let stored = try await connection.run { session in
            var stored: [[Int64]] = []
            try session.pipeline([
                Request(insert, Parameters([1, 2] as [Int64])), Request(insert, Parameters([2, 3] as [Int64])),
            ]) { _, result throws(PostgresError) in stored.append(try result.rows(as: Int64.self)) }
            return stored
        }
        #expect(stored == [[1, 2], [3]])
    }

    @Test func `a request that fails undoes all, and its error says which it was`() async throws {
        let connection = try await connect()
        try await connection.run { session in
            let error = #expect(throws: PostgresError.self) {
                try session.pipeline([
                    Request(insert, Parameters([7] as [Int64])), Request(insert, Parameters([8] as [Int64])),
                    Request(divide, Parameters(Int32(0))), Request(insert, Parameters([9] as [Int64])),
                ]) { _, _ in }
            }
            #expect(error?.sqlState == SQLState("22012") && error?.isRetryable == false)
            #expect(error?.requestIndex == 2 && error?.statement == "divide")
            #expect(error?.description == "division by zero [22012] in request 2, divide")
            let found = try session.query(count).row(0, as: Int64.self)
            #expect(found == 0)
        }
    }

    @Test func `a statement that cannot be prepared is told by its index too`() async throws {
        let connection = try await connect()
        try await connection.run { session in
            let error = #expect(throws: PostgresError.self) {
                try session.pipeline([
                    Request(insert, Parameters([1] as [Int64])), Request(Statement("typo", "select * from no_such")),
                ]) { _, _ in }
            }
            #expect(error?.sqlState == .undefinedTable)
            #expect(error?.requestIndex == 1 && error?.statement == "typo")
            let found = try session.query(count).row(0, as: Int64.self)
            #expect(found == 0)
        }
    }

    @Test func `what a failed pipeline was to run first can be run later`() async throws {
        let connection = try await connect()
        try await connection.run { session in
            // If it were prepared inside of the pipeline, the preparation would be lost with what failed before it.
            #expect(throws: PostgresError.self) {
                try session.pipeline([
                    Request(divide, Parameters(Int32(0))), Request(insert, Parameters([1] as [Int64])),
                ]) { _, _ in }
            }
            try session.pipeline([Request(insert, Parameters([1] as [Int64]))]) { _, _ in }
            let found = try session.query(count).row(0, as: Int64.self)
            #expect(found == 1)
        }
    }

    @Test func `an error at the commit belongs to no request`() async throws {
        let connection = try await connect()
        try await connection.run { session in
            try session.execute("create temp table d (id int8 unique deferrable initially deferred)")
            let deferred = Request(Statement("deferred", "insert into d values ($1), ($1)"), Parameters(Int64(1)))
            let error = #expect(throws: PostgresError.self) { try session.pipeline([deferred]) { _, _ in } }
            #expect(error?.sqlState == .uniqueViolation && error?.constraint == "d_id_key")
            #expect(error?.requestIndex == nil && error?.statement == nil)
            let found = try session.query(Statement(once: "select * from d")).rowCount
            #expect(found == 0)
        }
    }

    @Test func `a pipeline of nothing does nothing`() async throws {
        let connection = try await connect()
        try await connection.run { session in
            try session.pipeline([]) { _, _ in Issue.record("a result of nothing") }
            try session.execute("select 1")
        }
    }

    @Test func `more than the buffers of both sides hold does not deadlock`() async throws {
        let connection = try await connect()
        let echo = Statement("echo", "select $1::text")
        let text = String(repeating: "x", count: 20_000)
        let received = try await connection.run { session in
            var received = 0
            try session.pipeline((0..<1000).map { _ in Request(echo, Parameters(text)) }) {
                _, result throws(PostgresError) in
                received += try result.row(0, as: String.self).utf8.count
            }
            return received
        }
        #expect(received == 20_000_000)
    }

    @Test func `an error of the receiver comes out, and the session stays usable`() async throws {
        let connection = try await connect()
        try await connection.run { session in
            let error = #expect(throws: PostgresError.self) {
                try session.pipeline([Request(insert, Parameters([1] as [Int64])), Request(count)]) {
                    _, result throws(PostgresError) in
                    _ = try result.row(0, as: String.self)
                }
            }
            #expect(error?.reason == .decoding && error?.requestIndex == 0 && error?.statement == "insert")
            let found = try session.query(count).row(0, as: Int64.self)
            #expect(found == 1)
        }
    }

    @Test func `a session that ends in the middle is lost, at once`() async throws {
        let connection = try await connect()
        let start = ContinuousClock.now
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run { session in
                try session.pipeline([
                    Request(count), Request(Statement("die", "select pg_terminate_backend(pg_backend_pid())")),
                    Request(count),
                ]) { _, _ in }
            }
        }
        #expect(error?.reason == .connectionLost && error?.sqlState == .adminShutdown && error?.isRetryable == true)
        #expect(error?.requestIndex == 1)
        #expect(await !connection.isOpen)
        // After a FATAL libpq has no socket: a wait for it would last to the time limit.
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func `the fence stops the whole pipeline`() async throws {
        let connection = try await connect()
        try await connection.run { session in
            try session.execute(
                """
                create temp table position (next int8 not null, epoch int8 not null);
                insert into position values (100, 7);
                create function pg_temp.advance(a_from int8, a_to int8, a_epoch int8) returns void language plpgsql as $$
                begin
                    update position set next = a_to where next = a_from and epoch = a_epoch;
                    if not found then
                        raise exception using errcode = 'KF001', message = format('%s is not owned', a_from);
                    end if;
                end $$
                """)
            let advance = Statement("advance", "select 1 from pg_temp.advance($1, $2, $3)")
            func batch(_ from: Int64, _ to: Int64, epoch: Int64) -> [Request] {
                [Request(advance, Parameters(from, to, epoch)), Request(insert, Parameters([from]))]
            }
            try session.pipeline(batch(100, 200, epoch: 7)) { _, _ in }
            for (again, epoch) in [(Int64(100), Int64(7)), (200, 6)] {
                let error = #expect(throws: PostgresError.self) {
                    try session.pipeline(batch(again, again + 100, epoch: epoch)) { _, _ in }
                }
                #expect(error?.sqlState == SQLState("KF001") && error?.isRetryable == false)
            }
            let found = try session.query(count).row(0, as: Int64.self)
            #expect(found == 1)
        }
    }
}
