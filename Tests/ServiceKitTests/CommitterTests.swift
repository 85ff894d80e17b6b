import Contracts
import Postgres
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import ServiceKit

/// The batch: fence, effects, outbox and counters in one transaction, or nothing of it.
@Suite(.timeLimit(.minutes(5)))
struct CommitterTests {
    private func committer(_ database: KernelDatabase, _ handler: ToyHandler = ToyHandler()) -> Committer<ToyHandler> {
        Committer(
            service: .dispatch, handler: handler, pool: database.pool, clock: CityClock(.wall(offset: .zero)),
            wake: { _ in })
    }

    private func attempt(
        _ committer: Committer<ToyHandler>, _ inputs: [Input<ToyHandler.Command>],
        _ right: Committer<ToyHandler>.Right, refusesEarly: Bool = true
    ) async throws -> [Receipt] {
        try await committer.attempt(
            inputs, .init(), right, slot: 0, publishesReceipts: false, refusesEarly: refusesEarly)
    }

    private func givePosition(_ database: KernelDatabase, next: Int64 = 0, epoch: Int64 = 1) async throws {
        try await database.execute(
            "insert into consumer_offset values ('gateway.patrol', 0, \(next), \(epoch), 'a', 'x', now())")
    }

    private func fence(_ from: Int64, _ to: Int64, epoch: Int64 = 1) -> Committer<ToyHandler>.Right {
        .fences([Fence(topic: "gateway.patrol", partition: 0, epoch: epoch, from: from, to: to)])
    }

    @Test(.needsPostgres) func `a batch moves the position together with its effects`() async throws {
        try await KernelDatabase.use { database in
            try await givePosition(database)
            let receipts = try await attempt(
                committer(database), [ToyInputs.input("a"), ToyInputs.input("b", .refuse)], fence(0, 2))
            #expect(receipts.map(\.verdict) == [.taken, .refused])
            #expect(try await database.count("select next_offset from consumer_offset") == 2)
            #expect(try await database.count("select count(*) from toy") == 1)
            #expect(try await database.count("select sum(message_count) from outbox") == 1)
            #expect(try await database.count("select count(*) from refusal") == 1)
            #expect(try await database.count("select taken * 10 + refused from stage_count") == 11)
        }
    }

    @Test(.needsPostgres) func `a write is turned away until writes run, and waits for nothing`() async throws {
        try await KernelDatabase.use { database in
            let writes = WriteCombiner(committer(database), slot: 0, log: Logger(service: "test", level: .critical))
            writes.hold()
            let isTooEarly = Atomic(false)
            let early = Task {
                do { _ = try await writes.submit([ToyInputs.input("a")]) } catch WriteRefused.tooEarly {
                    isTooEarly.store(true, ordering: .relaxed)
                }
            }
            let isTurnedAway: Void? = try? await eventually("it is turned away") {
                isTooEarly.load(ordering: .relaxed)
            }
            #expect(isTurnedAway != nil)
            let running = Task { await writes.run() }
            try await eventually("writes are taken") {
                (try? await writes.submit([ToyInputs.input("b")]))?.map(\.verdict) == [.taken]
            }
            #expect(try await database.count("select count(*) from toy") == 1)
            writes.close()
            await running.value
            try await early.value
        }
    }

    @Test(.needsPostgres) func `a dead letter whose sender is known has a receipt beside it`() async throws {
        try await KernelDatabase.use { database in
            try await givePosition(database)
            var letter = DeadLetter(
                service: .dispatch, topic: "gateway.patrol", partition: 0, offset: 0, key: nil, reason: "not-json",
                detail: "no JSON", sealed: [1])
            letter.reply = .init(
                envelope: EventEnvelope(id: "v-1", source: "app", type: "toy.v1", time: ToyInputs.time),
                refusal: Refusal(.malformed, "no JSON"))
            let mute = DeadLetter(
                service: .dispatch, topic: "gateway.patrol", partition: 0, offset: 1, key: nil, reason: "not-json",
                detail: "no JSON", sealed: [1])
            _ = try await committer(database).attempt(
                [], .init(dead: [letter, mute]), fence(0, 2), slot: 0, publishesReceipts: true, refusesEarly: true)
            #expect(try await database.count("select dead from stage_count") == 2)
            #expect(try await database.count("select taken + known + refused from stage_count") == 0)
            #expect(try await database.count("select sum(message_count) from outbox") == 3)
        }
    }

    @Test(.needsPostgres, arguments: [(0 as Int64, 2 as Int64), (1, 1)])
    func `a batch that the fence stops does nothing at all`(from: Int64, epoch: Int64) async throws {
        try await KernelDatabase.use { database in
            try await givePosition(database)
            let error = await #expect(throws: PostgresError.self) {
                try await attempt(
                    committer(database), [ToyInputs.input("a"), ToyInputs.input("b", .refuse)],
                    fence(from, from + 2, epoch: epoch))
            }
            #expect(error?.sqlState == SQLState("MU001"))
            for table in ["toy", "outbox", "input", "refusal", "stage_count"] {
                #expect(try await database.count("select count(*) from \(table)") == 0, "\(table) was written")
            }
            #expect(try await database.count("select next_offset from consumer_offset") == 0)
        }
    }

    @Test(.needsPostgres) func `an input that comes again is known, and with other content a conflict`() async throws {
        try await KernelDatabase.use { database in
            try await givePosition(database)
            let committer = committer(database)
            let first = try await attempt(committer, [ToyInputs.input("a"), ToyInputs.input("a")], fence(0, 2))
            let again = try await attempt(
                committer, [ToyInputs.input("a"), ToyInputs.input("a", digest: [2])], fence(2, 4))
            #expect(first.map(\.verdict) == [.taken, .known])
            #expect(again.map(\.verdict) == [.known, .refused])
            #expect(again.map(\.reason?.code) == [nil, "conflict"])
            #expect(try await database.count("select times from toy") == 1)
        }
    }

    @Test(.needsPostgres) func `two batches with the same input at once: one stores it, the other decides again`()
        async throws
    {
        try await KernelDatabase.use { database in
            // Given a decision that has seen no such input when another batch stores it
            let rival = committer(database)
            let didInterfere = Once()
            let late = committer(
                database,
                ToyHandler(beforeWriting: {
                    try didInterfere.run { try database.storeInput("a") }
                }))
            // When it is written
            let error = await #expect(throws: PostgresError.self) {
                try await attempt(late, [ToyInputs.input("a")], .marker(.v7(at: ToyInputs.time)))
            }
            // Then nothing is, and the second decision knows it
            #expect(error?.sqlState == SQLState("MU002"))
            #expect(try await database.count("select count(*) from toy") == 0)
            let again = try await attempt(rival, [ToyInputs.input("a")], .marker(.v7(at: ToyInputs.time)))
            #expect(again.map(\.verdict) == [.known])
        }
    }

    @Test(.needsPostgres) func `whether a commit held can be asked after its reply was lost`() async throws {
        try await KernelDatabase.use { database in
            try await givePosition(database)
            let committer = committer(database)
            let marker = Committer<ToyHandler>.Right.marker(.v7(at: ToyInputs.time))
            #expect(try await committer.isCommitted(fence(0, 1)) == false)
            #expect(try await committer.isCommitted(marker) == false)
            _ = try await attempt(committer, [ToyInputs.input("a")], fence(0, 1))
            _ = try await attempt(committer, [ToyInputs.input("b")], marker)
            #expect(try await committer.isCommitted(fence(0, 1)))
            #expect(try await committer.isCommitted(marker))
            // Somebody else moved it: not ours.
            #expect(try await committer.isCommitted(fence(0, 1, epoch: 2)) == false)
        }
    }

    @Test(.needsPostgres) func `an early input holds back nothing that lies before it`() async throws {
        try await KernelDatabase.use { database in
            try await givePosition(database)
            let inputs = [ToyInputs.input("a"), ToyInputs.input("b", .early)]
            let error = await #expect(throws: EarlyInput.self) {
                try await attempt(committer(database), inputs, fence(0, 2), refusesEarly: false)
            }
            #expect(error?.index == 1)
            #expect(try await database.count("select count(*) from toy") == 0)
        }
    }
}

extension KernelDatabase {
    /// Stores an input on a connection of its own, synchronously: for a test that comes in between.
    func storeInput(_ id: String) throws {
        var session = try Session(connectingTo: pool.options.conninfo)
        try session.execute(
            "insert into input (source, id, digest, recorded_at) values ('app', '\(id)', '\\x01', now())")
    }
}

/// Runs something the first time only.
final class Once: Sendable {
    private let done = Mutex(false)

    func run(_ body: () throws -> Void) rethrows {
        let isFirst = done.withLock { done in
            defer { done = true }
            return !done
        }
        if isFirst { try body() }
    }
}
