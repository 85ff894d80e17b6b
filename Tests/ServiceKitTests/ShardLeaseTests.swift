import Postgres
import Telemetry
import TestSupport
import Testing

@testable import ServiceKit

@Suite(.timeLimit(.minutes(5)))
struct ShardLeaseTests {
    private func leases(_ database: KernelDatabase, _ replica: String, _ life: Duration = .seconds(30)) -> ShardLeases {
        ShardLeases(
            pool: database.pool, replica: replica, timeToLive: life, log: Logger(service: "test", sink: MemorySink()))
    }

    @Test(.needsPostgres) func `replicas share all shards, each shard with one of them`() async throws {
        try await KernelDatabase.use { database in
            let all = ["a", "b", "c"].map { leases(database, $0) }
            // A replica that is alone takes all; the others then get their share, as it gives up what is over its own.
            for _ in 0..<3 { for one in all { try await one.renew() } }
            let held = all.map(\.held)
            #expect(held.map(\.count).sorted() == [20, 22, 22])
            #expect(Set(held.flatMap { $0 }).count == 64)
        }
    }

    @Test(.needsPostgres) func `a dead replica's shards are taken over when its leases end, and not before`()
        async throws
    {
        try await KernelDatabase.use { database in
            let dead = leases(database, "dead", .milliseconds(400))
            try await dead.renew()
            #expect(dead.held.count == 64)
            let heir = leases(database, "heir", .milliseconds(400))
            try await heir.renew()
            #expect(heir.held.isEmpty)
            try await eventually("the heir holds all") {
                try await heir.renew()
                return heir.held.count == 64
            }
            // The dead one's own trust has ended by then.
            #expect(dead.held.isEmpty)
        }
    }

    @Test(.needsPostgres) func `a replica that stops gives its shards back at once`() async throws {
        try await KernelDatabase.use { database in
            let first = leases(database, "first")
            let second = leases(database, "second")
            try await first.renew()
            await first.giveBack()
            #expect(first.held.isEmpty)
            try await second.renew()
            #expect(second.held.count == 64)
        }
    }

    @Test(.needsPostgres) func `a shard that is being worked on is handed over once the work is done`() async throws {
        try await KernelDatabase.use { database in
            let first = leases(database, "first")
            let second = leases(database, "second")
            try await first.renew()
            try await first.work { shards in
                #expect(shards.count == 64)
                for one in [second, first, second] { try await one.renew() }
                #expect(first.held.count == 32, "nothing more is begun on what is over a fair share")
                #expect(second.held.isEmpty, "nobody else begins on what is in hand")
            }
            for one in [first, second] { try await one.renew() }
            #expect(second.held.count == 32)
            #expect(Set(first.held + second.held).count == 64)
        }
    }
}
