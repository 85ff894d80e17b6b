import Contracts
import Postgres
import Telemetry
import TestSupport
import Testing
import Threads

@testable import ServiceKit

@Suite(.timeLimit(.minutes(5)))
struct WorkNoticesTests {
    @Test func `a notice is read as it was written, and nothing else is`() {
        let notice = WorkNotice(
            replica: "dispatch 1", work: Work(outbox: ShardSet([0, 63]), timers: ShardSet([7])))
        #expect(notice.description == "8000000000000001 80 dispatch 1")
        #expect(WorkNotice(notice.description) == notice)
        for text in ["", "1", "1 2", "x 2 r", "1 y r"] { #expect(WorkNotice(text) == nil) }
    }

    @Test(.needsPostgres) func `a replica hears of work that others left in its shards, and not of its own`()
        async throws
    {
        try await KernelDatabase.use { database in
            let first = try await Replica(database, "first")
            let second = try await Replica(database, "second")
            // Given that each has its share
            for replica in [first, second, first, second] { try await replica.leases.renew() }
            let theirs = try #require(second.leases.held.first)
            let ours = try #require(first.leases.held.first)
            let hearing = Task { await listen(first, second) }
            try await eventually("both listen") {
                try await database.count(
                    "select count(*) from pg_stat_activity where datname = current_database() and query ilike 'listen %'"
                )
                    == 2
            }
            // When the first one leaves work in one of its own shards, in one of the other's, and a due timer in another of those
            first.notices.send(Work(outbox: ShardSet([ours])))
            first.notices.send(Work(outbox: ShardSet([ours, theirs])))
            first.notices.send(Work(timers: ShardSet([theirs])))
            // Then the second one is told of what is its own, and the first one of nothing
            let wanted = Work(outbox: ShardSet([theirs]), timers: ShardSet([theirs]))
            try await eventually("the second one has heard") { second.heard.withLock { $0.work } == wanted }
            #expect(first.heard.withLock { $0.times } == 0)
            // And when only the first one's shards have something, it hears that there is news, for those who read
            let before = second.heard.withLock { $0.times }
            first.notices.send(Work(outbox: ShardSet([ours])))
            try await eventually("the second one has heard of news") { second.heard.withLock { $0.times } > before }
            #expect(second.heard.withLock { $0.work } == wanted)
            hearing.cancel()
            await hearing.value
        }
    }

    @Test(.needsPostgres) func `a replica that is alone sends nothing`() async throws {
        try await KernelDatabase.use { database in
            let alone = try await Replica(database, "alone")
            let ear = try await PostgresConnection.connect(database.url)
            var heard = try await ear.notifications(on: "test_work").makeAsyncIterator()
            let sending = Task { await alone.notices.runSending() }
            alone.notices.send(Work(outbox: ShardSet([1])))
            // Whatever it had sent would come before this.
            try await database.execute("select pg_sleep(0.1); notify test_work, 'end'")
            #expect(await heard.next()?.payload == "end")
            alone.notices.finish()
            await sending.value
            await ear.close()
        }
    }

    private func listen(_ replicas: Replica...) async {
        await withDiscardingTaskGroup { group in
            for replica in replicas {
                group.addTask {
                    await replica.notices.runListening { work in
                        replica.heard.withLock { heard in
                            heard.times += 1
                            heard.work.formUnion(work)
                        }
                    }
                }
                group.addTask { await replica.notices.runSending() }
            }
        }
    }
}

private final class Replica: Sendable {
    struct Heard {
        var times = 0
        var work = Work()
    }

    let leases: ShardLeases
    let notices: WorkNotices
    let heard = Lock(Heard())

    init(_ database: KernelDatabase, _ name: String) async throws {
        let log = Logger(service: "test", sink: MemorySink())
        leases = ShardLeases(pool: database.pool, replica: name, timeToLive: .seconds(60), log: log)
        notices = WorkNotices(
            pool: database.pool, conninfo: database.url, service: "test", replica: name, leases: leases, log: log)
        try await leases.renew()
    }
}
