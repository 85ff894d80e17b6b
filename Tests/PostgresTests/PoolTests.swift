import Glibc
import Postgres
import TestSupport
import Testing
import Threads

@Suite(.needsPostgres, .scratchDatabase, .serialized, .timeLimit(.minutes(5)))
struct PoolTests {
    private func pool(
        size: Int = 4, conninfo: String? = nil, _ change: (inout PostgresPool.Options) -> Void = { _ in }
    ) throws -> PostgresPool {
        var options = PostgresPool.Options(conninfo: try conninfo ?? ScratchDatabase.conninfo, name: "pool", size: size)
        options.backoff = PostgresPool.Backoff(first: .milliseconds(10), limit: .milliseconds(50))
        change(&options)
        return PostgresPool(options)
    }

    @Test func `a pool that nobody uses connects to nothing`() async throws {
        let pool = try pool(conninfo: "host=127.0.0.1 port=1")
        #expect(pool.statistics == PostgresPool.Statistics())
        #expect(pool.isHealthy)
        await pool.close()
        #expect(!pool.isHealthy)
    }

    @Test func `as many work at once as the size says, and their answers are their own`() async throws {
        let pool = try pool(size: 3)
        let working = Lock((now: 0, most: 0))
        let box = Box(working)
        let sum = try await withThrowingTaskGroup(of: Int64.self) { group in
            for number in 0..<60 {
                group.addTask {
                    try await pool.run { session in
                        box.value.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                        defer { box.value.withLock { $0.now -= 1 } }
                        try session.execute("select pg_sleep(0.005)")
                        return try session.query(Statement("echo", "select $1"), Parameters(Int64(number))).row(
                            0, as: Int64.self)
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 60 * 59 / 2)
        #expect(box.value.withLock { $0.most } == 3)
        #expect(pool.statistics.open == 3 && pool.statistics.idle == 3 && pool.statistics.waiting == 0)
        await pool.close()
        #expect(pool.statistics == PostgresPool.Statistics())
    }

    @Test func `who comes first is served first`() async throws {
        let pool = try pool(size: 1)
        let gate = Gate()
        let holder = Task { try await pool.run { _ in try gate.wait() } }
        try await eventually("the holder has a connection") { pool.statistics.open == 1 && pool.statistics.idle == 0 }
        let order = Box(Lock<[Int]>([]))
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<10 {
            tasks.append(Task { try await pool.run { _ in order.value.withLock { $0.append(number) } } })
            try await eventually("task \(number) waits") { pool.statistics.waiting == number + 1 }
        }
        gate.open()
        for task in tasks + [holder] { try await task.value }
        #expect(order.value.withLock { $0 } == Array(0..<10))
    }

    @Test func `who waits too long is told what to look for, and that another try may help`() async throws {
        let pool = try pool(size: 1) { $0.acquireTimeout = .seconds(1) }
        let gate = Gate()
        let holder = Task { try await pool.run { _ in try gate.wait() } }
        try await eventually("the holder has a connection") { pool.statistics.open == 1 && pool.statistics.idle == 0 }
        let error = await #expect(throws: PostgresError.self) { try await pool.run { try $0.execute("select 1") } }
        #expect(error?.reason == .noConnectionFree && error?.isRetryable == true)
        #expect(error?.message.contains("1 in use") == true)
        gate.open()
        try await holder.value
        try await pool.run { try $0.execute("select 1") }
        #expect(pool.statistics.refusals == 1)
    }

    @Test func `who is cancelled while waiting gets nothing and takes nothing`() async throws {
        let pool = try pool(size: 1)
        let gate = Gate()
        let holder = Task { try await pool.run { _ in try gate.wait() } }
        try await eventually("the holder has a connection") { pool.statistics.open == 1 && pool.statistics.idle == 0 }
        let waiter = Task { try await pool.run { _ in Issue.record("it had its turn") } }
        try await eventually("somebody waits") { pool.statistics.waiting == 1 }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        #expect(pool.statistics.waiting == 0)
        gate.open()
        try await holder.value
        try await pool.run { try $0.execute("select 1") }
    }

    @Test func `connections that the server ends while they idle are never lent`() async throws {
        let (pool, server) = (try pool { $0.applicationName = "ends-idle" }, try await Server())
        for _ in 1...5 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { try await pool.run { try $0.execute("select pg_sleep(0.02)") } } }
                try await group.waitForAll()
            }
            let before = pool.statistics
            try await server.terminateAll(of: "ends-idle")
            try await eventually("every loss is noticed") { pool.statistics.losses >= before.losses + before.open }
            // Not one of these may fail.
            for _ in 0..<5 { try await pool.run { try $0.execute("select 1") } }
        }
        #expect(pool.isHealthy)
        await pool.close()
    }

    @Test func `a connection that breaks in use fails that work alone, retryably`() async throws {
        let pool = try pool(size: 1)
        let error = await #expect(throws: PostgresError.self) {
            try await pool.run { try $0.execute("select pg_terminate_backend(pg_backend_pid())") }
        }
        #expect(error?.reason == .connectionLost && error?.isRetryable == true)
        try await pool.run { try $0.execute("select 1") }
        #expect(pool.statistics.reconnects == 1)
    }

    @Test func `a server that goes and comes back is found again, though nobody asks`() async throws {
        let proxy = try Proxy(to: try ConnectionString(ScratchDatabase.conninfo))
        let pool = try pool(size: 2, conninfo: try proxy.conninfo()) { $0.acquireTimeout = .seconds(3) }
        try await pool.run { try $0.execute("select 1") }
        try proxy.set(.refuse)
        try await eventually("the pool knows that it is not well") { !pool.isHealthy }
        let error = await #expect(throws: PostgresError.self) { try await pool.run { try $0.execute("select 1") } }
        #expect(error?.reason == .noConnectionFree && error?.isRetryable == true)
        #expect(error?.message.contains("cannot be reached") == true)
        try proxy.set(.forward)
        try await eventually("the pool has recovered") { pool.isHealthy && pool.statistics.idle == 1 }
        try await pool.run { try $0.execute("select 1") }
        #expect(pool.statistics.failedConnects > 0)
    }

    @Test func `work that waits while the server is away is done when it is back`() async throws {
        let proxy = try Proxy(to: try ConnectionString(ScratchDatabase.conninfo))
        try proxy.set(.refuse)
        let pool = try pool(conninfo: try proxy.conninfo())
        let work = Task { try await pool.run { try $0.query(Statement(once: "select 1")).row(0, as: Int32.self) } }
        try await eventually("attempts are made") { pool.statistics.failedConnects > 2 }
        try proxy.set(.forward)
        #expect(try await work.value == 1)
    }

    @Test func `a host that vanished is found out before its connection is lent`() async throws {
        let proxy = try Proxy(to: try ConnectionString(ScratchDatabase.conninfo))
        let pool = try pool(size: 1, conninfo: try proxy.conninfo()) { options in
            options.checkAfterIdle = .zero
            options.checkTimeout = .milliseconds(50)
        }
        try await pool.run { try $0.execute("select 1") }
        try proxy.set(.stall)
        let work = Task { try await pool.run { try $0.execute("select 1") } }
        try await eventually("the check has failed") { pool.statistics.connecting == 1 }
        try proxy.set(.forward)
        try await work.value
        #expect(pool.statistics.reconnects == 1)
    }

    @Test func `a transaction that was left open is not the next one's`() async throws {
        let pool = try pool(size: 1)
        try await pool.run { try $0.execute("create table left_open (a int4)") }
        await #expect(throws: PostgresError.self) {
            try await pool.run { session in
                try session.execute("begin; insert into left_open values (1)")
                try session.execute("select 1 / 0")
            }
        }
        try await pool.run { try $0.execute("insert into left_open values (2)") }
        #expect(try await Server().count("left_open") == 1)
    }

    @Test func `what idles for long is closed`() async throws {
        let pool = try pool { $0.maximumIdle = .milliseconds(20) }
        try await pool.run { try $0.execute("select 1") }
        try await eventually("it is closed") { pool.statistics.open == 0 }
        try await pool.run { try $0.execute("select 1") }
        #expect(pool.statistics.reconnects == 0)
    }

    @Test func `what is too old is replaced`() async throws {
        let pool = try pool(size: 1) { $0.maximumAge = .zero }
        let ids = [try await pool.run { try $0.processID }, try await pool.run { try $0.processID }]
        #expect(ids[0] != ids[1])
    }

    @Test func `closing lets work end, refuses new work, and leaves no session behind`() async throws {
        let (pool, server) = (try pool(size: 1), try await Server())
        let id = try await pool.run { try $0.processID }
        let gate = Gate()
        let holder = Task {
            try await pool.run { session in
                try gate.wait()
                try session.execute("select 1")
            }
        }
        try await eventually("the holder has a connection") { pool.statistics.idle == 0 }
        let waiter = Task { try await pool.run { _ in Issue.record("it had its turn") } }
        try await eventually("somebody waits") { pool.statistics.waiting == 1 }
        let closing = Task { await pool.close() }
        let error = await #expect(throws: PostgresError.self) { try await waiter.value }
        #expect(error?.reason == .closed && error?.isRetryable == false)
        gate.open()
        try await holder.value
        await closing.value
        await #expect(throws: PostgresError.self) { try await pool.run { _ in } }
        try await eventually("the session has ended") { try await !server.exists(id) }
    }

    @Test func `statement_timeout and the program's name reach the server`() async throws {
        let pool = try pool(conninfo: try ScratchDatabase.conninfo(["options": "-c work_mem=5MB"])) { options in
            options.statementTimeout = .milliseconds(1500)
            options.applicationName = "city"
            options.sessionSettings = ["random_page_cost": "1.25", "work_mem": "6MB"]
        }
        let settings = try await pool.run { session in
            try session.query(
                Statement(
                    once: """
                        select current_setting('statement_timeout'), current_setting('application_name'),
                            current_setting('work_mem'), current_setting('client_encoding'),
                            current_setting('random_page_cost')
                        """)
            ).row(0, as: String.self, String.self, String.self, String.self, String.self)
        }
        #expect(settings == ("1500ms", "city", "5MB", "UTF8", "1.25"))
    }

    @Test func `a body says whether its statements are planned each time, whatever the one before it said`()
        async throws
    {
        let pool = try pool { $0.size = 1 }
        let number = Statement("planned_number", "select $1::int8")
        /// How often it was planned for its values, and how often not.
        let plans = Statement(
            once: "select custom_plans, generic_plans from pg_prepared_statements where name = 'planned_number'")
        func planned(_ reuse: PlanReuse) async throws -> (Int64, Int64) {
            try await pool.run(plans: reuse) { session in
                for value in 0..<3 { try session.query(number, Parameters(Int64(value))) }
                return try session.query(plans).row(0, as: Int64.self, Int64.self)
            }
        }
        #expect(try await planned(.kept) == (0, 3))
        #expect(try await planned(.weighed) == (3, 3))
        #expect(try await planned(.kept) == (3, 6))
        // Who says nothing has it as the server does
        let mode = try await pool.run { session in
            try session.query(Statement(once: "select current_setting('plan_cache_mode')"))
                .value(String.self, row: 0, column: 0)
        }
        #expect(mode == "auto")
    }

    /// Work that is idempotent and tried again when that may help is done exactly once, whatever is killed.
    @Test func `nothing is lost and nothing is done twice while sessions are killed at random`() async throws {
        let (pool, server) = (try pool { $0.applicationName = "killed" }, try await Server())
        try await server.execute("create table work (id int8 primary key); create table effect (id int8)")
        let store = Statement(
            "store",
            "with new as (insert into work values ($1) on conflict do nothing returning id) insert into effect select id from new"
        )
        let killer = Task {
            while !Task.isCancelled {
                try await server.terminateAll(of: "killed")
                // Long enough for work to be done in between, short enough to meet it in every state.
                try await Task.sleep(for: .milliseconds(15))
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in 0..<400 {
                group.addTask {
                    while true {
                        do {
                            try await pool.run { session in
                                try session.query(store, Parameters(Int64(id)))
                                try session.execute("select pg_sleep(0.002)")
                            }
                            return
                        } catch let error as PostgresError where error.isRetryable {}
                    }
                }
            }
            try await group.waitForAll()
        }
        killer.cancel()
        _ = await killer.result
        #expect(try await server.count("work") == 400)
        #expect(try await server.count("effect") == 400)
        #expect(pool.statistics.reconnects > 0)
        await pool.close()
    }
}

/// Shares what cannot be copied.
private final class Box<Value: ~Copyable & Sendable>: Sendable {
    let value: Value
    init(_ value: consuming Value) { self.value = value }
}

/// Holds a connection's own thread until it is opened.
private final class Gate: Sendable {
    private let isOpen = Lock(false)

    func open() { isOpen.withLock { $0 = true } }

    func wait() throws { try blockUntil("the gate is open") { isOpen.withLock { $0 } } }
}
