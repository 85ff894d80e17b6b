import Contracts
import Dispatch
import Kafka
import Postgres
import TestSupport
import Testing

@testable import ServiceKit

/// Batches of several partitions, committed together where they have to wait.
@Suite(.timeLimit(.minutes(5)))
struct CommitLanesTests {
    private func lanes(_ database: KernelDatabase) -> CommitLanes<ToyHandler> {
        CommitLanes(
            Committer(
                service: .dispatch, handler: ToyHandler(), pool: database.pool, clock: CityClock(.wall(offset: .zero)),
                wake: { _ in }))
    }

    private func givePositions(_ database: KernelDatabase, _ partitions: ClosedRange<Int32>) async throws {
        try await database.execute(
            """
            insert into consumer_offset
            select 'gateway.patrol', n, 0, 1, 'a', 'x', now() from generate_series(\(partitions.lowerBound), \(partitions.upperBound)) n
            """)
    }

    private func work(_ partition: Int32, epoch: Int64 = 1) -> BatchWork<ToyHandler.Command> {
        let record = Record(topic: "gateway.patrol", partition: partition, offset: 0, value: [])
        let origin = Input<ToyHandler.Command>.Origin.topic("gateway.patrol", partition: partition, offset: 0)
        return BatchWork(
            topic: "gateway.patrol", partition: TopicPartition("gateway.patrol", partition),
            source: Source(.patrol, from: .service, []),
            arrivals: [.input(ToyInputs.input("of \(partition)", origin: origin), record)], offsets: [0], epoch: epoch,
            from: 0, to: 1)
    }

    /// While the lane is held up, by a lock on the position of partition 0, the others have to wait.
    private func whileTheLaneIsHeldUp(
        _ database: KernelDatabase, _ lanes: CommitLanes<ToyHandler>, then works: [BatchWork<ToyHandler.Command>]
    ) async throws -> [Int32: Result<Void, any Error>] {
        let lock = try await PostgresConnection.connect(database.url)
        // Waited for on the connection's own thread.
        let release = DispatchSemaphore(value: 0)
        defer { release.signal() }
        let holding = Task {
            try await lock.run { session in
                try session.transaction { session in
                    try session.execute("select from dispatch.consumer_offset where partition = 0 for update")
                    release.wait()
                }
            }
        }
        try await eventually("the position is locked") {
            try await database.count(
                """
                select count(*) from pg_stat_activity
                where datname = current_database() and query ~ 'for update' and state = 'idle in transaction'
                """) == 1
        }
        let results = try await withThrowingTaskGroup(of: (Int32, Result<Void, any Error>).self) { group in
            func submit(_ work: BatchWork<ToyHandler.Command>) {
                group.addTask {
                    do { return (work.partition.partition, .success(try await lanes.attempt(work))) } catch {
                        return (work.partition.partition, .failure(error))
                    }
                }
            }
            submit(work(0))
            try await eventually("the lane is held up") {
                try await database.count(
                    """
                    select count(*) from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock' and query ~ 'consumer_offset'
                    """) == 1
            }
            for work in works { submit(work) }
            try await eventually("the others wait", becomes: works.count) { lanes.waiting }
            release.signal()
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        try await holding.value
        await lock.close()
        return results
    }

    @Test(.needsPostgres) func `batches that wait for a lane are committed as one transaction`() async throws {
        try await KernelDatabase.use { database in
            let lanes = lanes(database)
            try await givePositions(database, 0...9)
            let results = try await whileTheLaneIsHeldUp(database, lanes, then: (1...9).map { work($0) })
            #expect(results.count == 10)
            for (_, result) in results { try result.get() }
            #expect(try await database.count("select count(*) from consumer_offset where next_offset = 1") == 10)
            #expect(try await database.count("select count(*) from toy") == 10)
            #expect(try await database.count("select count(distinct xmin::text) from toy") == 2)
            #expect(try await database.count("select sum(taken) from stage_count") == 10)
            #expect(lanes.waiting == 0)
        }
    }

    @Test(.needsPostgres) func `one that the fence stops undoes them all, and each is right to be tried alone`()
        async throws
    {
        try await KernelDatabase.use { database in
            let lanes = lanes(database)
            try await givePositions(database, 0...4)
            // When one of the batches that wait belongs to a claim that is over
            let results = try await whileTheLaneIsHeldUp(
                database, lanes, then: [work(2), work(3, epoch: 0), work(4)])
            // Then nothing of them is written, and all are told so
            for partition in 2...4 as ClosedRange<Int32> {
                #expect(throws: CommittedApart.self) { try results[partition]?.get() }
            }
            #expect(try await database.count("select count(*) from toy") == 1)
            // And alone the others go through, and that one is stopped by itself
            try await lanes.attempt(work(2))
            try await lanes.attempt(work(4))
            let error = await #expect(throws: PostgresError.self) { try await lanes.attempt(work(3, epoch: 0)) }
            #expect(error?.sqlState == .fenceLost)
            #expect(try await database.count("select count(*) from toy") == 3)
        }
    }
}
