import Glibc
import Postgres
import TestSupport
import Testing

@Suite(.needsPostgres, .scratchDatabase, .serialized, .timeLimit(.minutes(5)))
struct ConnectionLossTests {
    @Test func `a session that ends while it works is lost`() async throws {
        let (victim, server) = (try await PostgresConnection.connect(try ScratchDatabase.conninfo), try await Server())
        let id = try await victim.processID
        let task = Task { try await victim.run { try $0.execute("select pg_sleep(30)") } }
        try await server.waitUntilBusy(id)
        try await server.terminate(id)
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.reason == .connectionLost && error?.sqlState == .adminShutdown && error?.isRetryable == true)
        let next = await #expect(throws: PostgresError.self) { try await victim.run { try $0.execute("select 1") } }
        #expect(next?.reason == .connectionLost && next?.isRetryable == true)
    }

    @Test func `a session that ends while it idles is noticed without being used`() async throws {
        let (victim, server) = (try await PostgresConnection.connect(try ScratchDatabase.conninfo), try await Server())
        try await server.terminate(try await victim.processID)
        try await eventually("the loss is noticed") { await !victim.isOpen }
        let error = await #expect(throws: PostgresError.self) { try await victim.run { try $0.execute("select 1") } }
        #expect(error?.reason == .connectionLost && error?.isRetryable == true)
    }

    @Test func `after a time-out no stale answer is read`() async throws {
        let (connection, server) = (
            try await PostgresConnection.connect(try ScratchDatabase.conninfo), try await Server()
        )
        let id = try await connection.processID
        try await connection.run { session in
            session.timeout = .milliseconds(50)
            let error = #expect(throws: PostgresError.self) {
                try session.execute("select 'stale', pg_sleep(0.1)")
            }
            #expect(error?.reason == .timedOut && error?.isRetryable == true)
            var other = try Session(connectingTo: try ScratchDatabase.conninfo)
            let active = Statement(
                "active", "select exists (select from pg_stat_activity where pid = $1 and state = 'active')")
            try blockUntil("the statement has ended") { try !other.query(active, Parameters(id)).row(0, as: Bool.self) }
            let next = #expect(throws: PostgresError.self) { _ = try session.query(Statement(once: "select 'fresh'")) }
            #expect(next?.reason == .connectionLost)
        }
        #expect(await !connection.isOpen)
        _ = server
    }

    @Test func `a statement that nobody waits for any more does not run on`() async throws {
        let (connection, server) = (
            try await PostgresConnection.connect(try ScratchDatabase.conninfo), try await Server()
        )
        let id = try await connection.processID
        await #expect(throws: PostgresError.self) {
            try await connection.run { session in
                session.timeout = .milliseconds(50)
                try session.execute("select pg_sleep(30)")
            }
        }
        try await eventually("the statement has ended") { try await !server.exists(id) }
    }

    @Test func `a time limit that a body sets holds for that body`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let before = try await connection.run { session in
            defer { session.timeout = .milliseconds(1) }
            return session.timeout
        }
        #expect(try await connection.run { $0.timeout } == before)
    }

    @Test func `a host that vanishes costs the time limit, no more`() async throws {
        let proxy = try Proxy(to: try ConnectionString(ScratchDatabase.conninfo))
        var options = PostgresConnection.Options(conninfo: try proxy.conninfo())
        options.answerTimeout = .seconds(1)
        let connection = try await PostgresConnection.connect(options)
        try await connection.run { try $0.execute("select 1") }
        try proxy.set(.stall)
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run { try $0.execute("select 1") }
        }
        #expect(error?.reason == .timedOut && error?.isRetryable == true)
    }

    @Test func `a port where nobody listens is an error worth another try, on one line`() async throws {
        let error = await #expect(throws: PostgresError.self) {
            try await PostgresConnection.connect("host=127.0.0.1 port=1")
        }
        #expect(error?.reason == .connectionFailed && error?.isRetryable == true)
        #expect(error?.description.contains("127.0.0.1") == true && error?.description.contains("\n") == false)
    }

    @Test func `a host that accepts and says nothing is given up`() async throws {
        let proxy = try Proxy(to: try ConnectionString(ScratchDatabase.conninfo))
        try proxy.set(.ignoreNew)
        var options = PostgresConnection.Options(conninfo: try proxy.conninfo())
        options.connectTimeout = .seconds(2)
        let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(options) }
        #expect(error?.reason == .connectionFailed)
    }

    @Test func `a closed connection says so, and that another try is no use`() async throws {
        let (connection, server) = (
            try await PostgresConnection.connect(try ScratchDatabase.conninfo), try await Server()
        )
        let id = try await connection.processID
        await connection.close()
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run { try $0.execute("select 1") }
        }
        #expect(error?.reason == .closed && error?.isRetryable == false)
        try await eventually("the session has ended") { try await !server.exists(id) }
    }

    @Test func `the threads end with their connections`() async throws {
        let name = "ending-thread"
        for _ in 0..<10 {
            let connections = try await withThrowingTaskGroup(of: PostgresConnection.self) { group in
                for _ in 0..<5 {
                    group.addTask { try await PostgresConnection.connect(try ScratchDatabase.conninfo, name: name) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for connection in connections { try await connection.run { try $0.execute("select 1") } }
            #expect(Self.threads(named: name) >= 5)
        }
        try await eventually("no thread is left") { Self.threads(named: name) == 0 }
    }

    private static func threads(named name: String) -> Int {
        guard let folder = opendir("/proc/self/task") else { return -1 }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            let id = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let file = fopen("/proc/self/task/\(id)/comm", "r") else { continue }
            defer { fclose(file) }
            var line = [UInt8](repeating: 0, count: 32)
            let length = fread(&line, 1, line.count, file)
            if String(decoding: line[..<length], as: UTF8.self) == name + "\n" { count += 1 }
        }
        return count
    }
}
