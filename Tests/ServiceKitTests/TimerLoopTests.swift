import Contracts
import Postgres
import Telemetry
import TestSupport
import Testing

@testable import ServiceKit

/// Deadlines: one that nobody can act on, or that another replica is at, holds up no other.
@Suite(.timeLimit(.minutes(5)))
struct TimerLoopTests {
    @Test func `what falls is halved down to one, and what succeeds doubles again`() {
        var taking = TimersTaken(most: 6)
        #expect([taking.shrink(), taking.shrink(), taking.shrink()] == [true, true, false])
        #expect(taking.limit == 1)
        let limits = (0..<4).map { _ in
            taking.succeeded()
            return taking.limit
        }
        #expect(limits == [2, 4, 6, 6])
    }

    @Test func `a timer that is set aside lets others go first, and comes again`() {
        var taking = TimersTaken(most: 2)
        let due = (0..<3).map { Self.timer($0) }
        let now = ContinuousClock.now
        let isFirstAside = taking.setAside(due[0].key, at: now)
        #expect(isFirstAside)
        #expect(taking.rows == 3)
        #expect(taking.taken(of: due, at: now) == Array(due[1...]))
        #expect(taking.taken(of: due, at: now + TimersTaken.rest) == Array(due[..<2]))
        // What has had its rest is forgotten
        let isSecondAside = taking.setAside(due[1].key, at: now + TimersTaken.rest)
        #expect(isSecondAside)
        #expect(taking.rows == 3)
        // And where nothing can be acted on, no timer is to blame
        let others = (0..<TimersTaken.mostAside).map { Self.timer(10 + $0).key }
        let done = others.map { taking.setAside($0, at: now + TimersTaken.rest) }
        #expect(done.dropLast().allSatisfy { $0 } && done.last == false)
    }

    @Test(.needsPostgres) func `a timer that is set anew is as it was set last, its shard included`() async throws {
        try await KernelDatabase.use { database in
            let first = Self.timer(1)
            var last = DueTimer(
                key: first.key, due: first.due + .seconds(60), version: 2, cause: .init(id: "d", correlation: "d"))
            last.shard = (first.shard + 1) % 64
            for timer in [first, last] {
                var effects = Effects()
                effects.set(timer)
                let requests = effects.timers.requests
                try await database.pool.run { session in try session.pipeline(requests) { _, _ in } }
            }
            let due = last.due.milliseconds
            let found = """
                select count(*) from timer where shard = \(last.shard) and version = 2
                and due_at = to_timestamp(\(due) / 1000.0) and cause ->> 'id' = 'd'
                """
            #expect(try await database.count(found) == 1)
            #expect(try await database.count("select count(*) from timer") == 1)
        }
    }

    @Test(.needsPostgres) func `a batch that is stale again and again is taken in parts`() async throws {
        // Given that more than two together are always stale
        let handler = TimerHandler { inputs in
            if inputs.count > 2 { throw PostgresError(.server, "stale", sqlState: .decisionStale) }
        }
        try await Self.run(handler, timers: 9) { database, metrics, _ in
            // Then all are acted on all the same
            try await eventually("all are acted on") { try await database.count("select count(*) from timer") == 0 }
            #expect(try await database.count("select count(*) from toy where times = 1") == 9)
            #expect(metrics.setAside.value == 0)
        }
    }

    @Test(.needsPostgres, arguments: [(portion: 2, largest: 2), (portion: 0, largest: 1), (portion: 100, largest: 9)])
    func `a batch takes as many as its handler says, and the next one the others at once`(
        portion: Int, largest: Int
    ) async throws {
        // Given nine that are due, and that nobody wakes the loop a second time
        try await Self.run(TimerHandler(most: portion) { _ in }, timers: 9) { database, _, _ in
            // Then all are acted on, each once, so many by one transaction
            try await eventually("all are acted on") { try await database.count("select count(*) from timer") == 0 }
            #expect(try await database.count("select count(*) from toy where times = 1") == 9)
            let sizes = "select max(size) from (select count(*) as size from toy group by xmin::text) as batch"
            #expect(try await database.count(sizes) == largest)
        }
    }

    @Test(.needsPostgres) func `a timer that cannot be acted on is set aside, named, and kept`() async throws {
        let bad = Self.timer(4)
        let handler = TimerHandler { inputs in
            if inputs.contains(where: { $0.envelope.subject == bad.key.subject.description }) { throw Defect() }
        }
        try await Self.run(handler, timers: 9) { database, metrics, log in
            try await eventually("the others are acted on") {
                try await database.count("select count(*) from timer") == 1
            }
            #expect(try await database.count("select count(*) from toy where times = 1") == 8)
            try await eventually("it is counted") { metrics.setAside.value == 1 }
            let named = log.lines.filter { $0.contains("a timer cannot be acted on") }
            #expect(named.count == 1)
            #expect(named.first?.contains(bad.key.subject.description) == true)
        }
    }

    @Test(.needsPostgres) func `where no timer can be acted on, few are named and all wait`() async throws {
        let handler = TimerHandler { _ in throw Defect() }
        try await Self.run(handler, timers: 3 * TimersTaken.mostAside) { database, metrics, log in
            try await eventually("they wait") { log.lines.contains { $0.contains("could not be acted on yet") } }
            #expect(metrics.setAside.value == UInt64(TimersTaken.mostAside))
            #expect(log.lines.count { $0.contains("a timer cannot be acted on") } == TimersTaken.mostAside)
            #expect(try await database.count("select count(*) from timer") == 3 * TimersTaken.mostAside)
        }
    }

    private struct Defect: Error {}

    /// Runs a loop over timers that are all due until the body returns.
    private static func run(
        _ handler: TimerHandler, timers: Int,
        _ body: (KernelDatabase, TimerMetrics, MemorySink) async throws -> Void
    ) async throws {
        try await KernelDatabase.use { database in
            let sink = MemorySink()
            let log = Logger(service: "test", sink: sink)
            let clock = CityClock(.wall(offset: .zero))
            let committer = Committer(
                service: .dispatch, handler: handler, pool: database.pool, clock: clock, wake: { _ in })
            var effects = Effects()
            for number in 0..<timers { effects.set(timer(number)) }
            let requests = effects.timers.requests
            try await database.pool.run { session in try session.pipeline(requests) { _, _ in } }
            let leases = ShardLeases(pool: database.pool, replica: "alone", timeToLive: .seconds(60), log: log)
            try await leases.renew()
            let metrics = TimerMetrics(Metrics())
            let loop = TimerLoop(
                committer: committer, pool: database.pool, leases: leases, clock: clock, command: { _ in .due },
                log: log, metrics: metrics)
            let wake = WakeSignal()
            let running = Task { await loop.run(wakes: wake.stream) }
            wake.signal()
            let result: Result<Void, any Error>
            do { result = .success(try await body(database, metrics, sink)) } catch { result = .failure(error) }
            running.cancel()
            wake.signal()
            await running.value
            try result.get()
        }
    }

    private static func timer(_ number: Int) -> DueTimer {
        let subject = EventID.derived(from: "timer", at: ToyInputs.time, type: "toy", subject: "\(number)")
        return DueTimer(
            key: .init(subject: subject, kind: "toy"), due: ToyInputs.time + .seconds(number), version: 1,
            cause: .init(id: "c", correlation: "c"))
    }
}

/// Stores the subject of each due timer once.
private struct TimerHandler: BatchHandler {
    enum Command: Sendable { case due }

    var most = Int.max
    let obstacle: @Sendable ([Input<Command>]) throws -> Void

    func portion(of due: [DueTimer], in session: inout Session) throws -> Int { min(most, due.count) }

    func decide(
        _ inputs: [Input<Command>], in session: inout Session, at now: Instant, _ effects: inout Effects
    ) throws -> [Verdict] {
        try obstacle(inputs)
        let insert = Statement(
            "timed_toy_insert",
            "insert into toy (id) select unnest($1::text[]) on conflict (id) do update set times = toy.times + 1")
        effects.run(insert, Parameters(inputs.map { $0.envelope.subject ?? "" }.sorted()))
        return inputs.map { _ in .taken(result: nil) }
    }
}
