import Testing

@testable import Postgres

@Suite(.needsPostgres, .scratchDatabase, .serialized, .timeLimit(.minutes(5)))
struct CancellationTests {
    private func connect(_ keywords: KeyValuePairs<String, String> = [:]) async throws -> PostgresConnection {
        try await PostgresConnection.connect(try ScratchDatabase.conninfo(keywords))
    }

    @Test func `a cancelled task ends its statement, and the session goes on`() async throws {
        let (connection, server) = (try await connect(), try await Server())
        let id = try await connection.processID
        let task = Task { try await connection.run { try $0.execute("select pg_sleep(30)") } }
        try await server.waitUntilBusy(id)
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.reason == .cancelled && error?.isRetryable == false)
        #expect(try await connection.processID == id)
    }

    @Test func `a late cancel never hits the next statement`() async throws {
        let connection = try await connect()
        for round in 0..<300 {
            let task = Task { try await connection.run { try $0.execute("select pg_sleep(0.002)") } }
            // Around the end of the statement, now a little before, now a little after.
            try await Task.sleep(for: .microseconds(1500 + 10 * (round % 150)))
            task.cancel()
            // Must not be cancelled, whenever the request of the task above arrives.
            try await connection.run { try $0.execute("select pg_sleep(0.001)") }
            _ = await task.result
        }
    }

    @Test func `a cancel between two statements stops the second`() async throws {
        let connection = try await connect()
        let (started, begin) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await connection.run { session in
                try session.execute("create table between_statements (a int4)")
                begin.finish()
                while !Task.isCancelled {}
                try session.execute("insert into between_statements values (1)")
            }
        }
        for await _ in started {}
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.reason == .cancelled)
        #expect(try await Server().count("between_statements") == 0)
    }

    @Test func `a cancel that came too early is sent again`() async throws {
        let connection = try await connect()
        let (started, begin) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await connection.run { session in
                begin.finish()
                while !Task.isCancelled {}
                // The first request has found an idle session, or will, and is forgotten there.
                try session.executeUnchecked("select 1")
                try session.executeUnchecked("select pg_sleep(30)")
            }
        }
        for await _ in started {}
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.reason == .cancelled)
    }

    @Test func `a cancelled transaction is rolled back, and the session goes on`() async throws {
        let (connection, server) = (try await connect(), try await Server())
        let id = try await connection.processID
        try await server.execute("create table cancelled (a int4)")
        let task = Task {
            try await connection.run { session in
                try session.transaction { session in
                    try session.execute("insert into cancelled values (1)")
                    try session.execute("select pg_sleep(30)")
                }
            }
        }
        try await server.waitUntilBusy(id)
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.reason == .cancelled)
        #expect(try await server.count("cancelled") == 0)
        #expect(try await connection.processID == id)
    }

    @Test func `a task that is cancelled before its turn does nothing`() async throws {
        let (connection, server) = (try await connect(), try await Server())
        let id = try await connection.processID
        let first = Task { try await connection.run { try $0.execute("select pg_sleep(30)") } }
        try await server.waitUntilBusy(id)
        let second = Task { try await connection.run { _ in Issue.record("it had its turn") } }
        second.cancel()
        first.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        _ = await first.result
    }

    @Test func `statement_timeout is not a cancellation, and worth another try`() async throws {
        let connection = try await PostgresConnection.connect(
            PostgresConnection.Options(conninfo: try ScratchDatabase.conninfo, statementTimeout: .milliseconds(50)))
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run { try $0.execute("select pg_sleep(30)") }
        }
        #expect(error?.reason == .server && error?.sqlState == .queryCanceled && error?.isRetryable == true)
        #expect(await connection.isOpen)
    }

    @Test func `a cancel request that gets no answer costs the session, not the caller's patience`() async throws {
        let proxy = try Proxy(to: try ConnectionString(ScratchDatabase.conninfo))
        let (connection, server) = (try await PostgresConnection.connect(try proxy.conninfo()), try await Server())
        let id = try await connection.processID
        try proxy.set(.ignoreNew)
        let task = Task { try await connection.run { try $0.execute("select pg_sleep(0.5)") } }
        try await server.waitUntilBusy(id)
        task.cancel()
        // The statement ends by itself, and the request is still on its way: it would hit the next statement.
        try await task.value
        #expect(await !connection.isOpen)
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run { try $0.execute("select 1") }
        }
        #expect(error?.reason == .connectionLost && error?.isRetryable == true)
    }
}
