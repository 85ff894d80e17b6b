import Contracts
import Crypto
import Kafka
import Telemetry
import TestSupport
import Testing

@testable import ServiceKit

/// A partition's way from the group to its stored position, on a real Kafka.
@Suite(.timeLimit(.minutes(5)))
struct TopicConsumerTests {
    @Test(.needsPostgres, .needsRealKafka)
    func `records that are read again move no position and are counted once`() async throws {
        try await LentConsumer.use { lent in
            // Given two records that are stored
            try await lent.send(["a", "b"])
            try await eventually("both are stored", becomes: 2) { try await lent.position() }

            // When the partition is read again from its start under the same claim, as when two claims of it met
            await lent.consumer.start([lent.partition: 0])
            try await eventually("they come again", becomes: 2) { await lent.consumer.counters.batches }
            try await lent.send(["c"])
            try await eventually("the next one is stored", becomes: 3) { try await lent.position() }

            #expect(try await lent.database.count("select taken * 10 + known from stage_count") == 30)
            #expect(try await lent.database.count("select count(*) from toy") == 3)
        }
    }

    /// Ten wrong codes, each a record that may only be early: a minute for each would stop the partition for good.
    @Test(.needsPostgres, .needsRealKafka)
    func `what names something unknown holds up what lies behind it once and no more`() async throws {
        try await LentConsumer.use { lent in
            let start = ContinuousClock.now
            for index in 0..<10 {
                try await lent.send(["wrong-\(index)"])
                try await lent.send(["right-\(index)"])
            }
            try await eventually("all are read", becomes: 20, within: .seconds(60)) { try await lent.position() }
            #expect(ContinuousClock.now - start < .seconds(25))
            #expect(try await lent.database.count("select count(*) from toy") == 10)
            #expect(try await lent.database.count("select count(*) from refusal where code = 'unknown-unit'") == 10)
        }
    }
}

/// A consumer of one partition of gateway.patrol for a toy service.
private struct LentConsumer {
    let database: KernelDatabase
    let consumer: Consumer
    let partition: TopicPartition
    private let producer: Producer

    static func use(_ body: (LentConsumer) async throws -> Void) async throws {
        let kafka = try TestKafka()
        let settings = KafkaConnection(bootstrap: kafka.bootstrap).settings
        let admin = try Admin(settings)
        let names = [Topic.patrol, .topics].map { kafka.name($0.name) }
        _ = try await admin.createTopics(names.map { NewTopic($0, partitions: 1) })
        let producer = try Producer(settings)
        let made = TopicMade(
            name: Topic.patrol.name, incarnation: .derived(from: "test", at: ToyInputs.time, type: "", subject: ""),
            partitions: 1)
        try await producer.send([record(of: made, id: "made", on: names[1])])
        let result: Result<Void, any Error>
        do {
            result = .success(
                try await KernelDatabase.use { database in
                    let consumer = try Consumer(
                        settings.merging(["group.id": kafka.name("group")]) { $1 }, topics: [names[0]])
                    let running = try run(consumer, database, kafka, settings, admin)
                    let lent = LentConsumer(
                        database: database, consumer: consumer, partition: TopicPartition(names[0], 0),
                        producer: producer)
                    let result: Result<Void, any Error>
                    do { result = .success(try await body(lent)) } catch { result = .failure(error) }
                    await consumer.close()
                    await running.value
                    try result.get()
                })
        } catch { result = .failure(error) }
        await producer.close()
        _ = try await admin.deleteTopics(names)
        try result.get()
    }

    private static func run(
        _ consumer: Consumer, _ database: KernelDatabase, _ kafka: TestKafka, _ settings: [String: String],
        _ admin: Admin
    ) throws -> Task<Void, Never> {
        let key = [UInt8](repeating: 1, count: 32)
        let committer = Committer(
            service: .dispatch, handler: ToyHandler(), pool: database.pool, clock: CityClock(.wall(offset: .zero)),
            wake: { _ in })
        let driver = TopicConsumer(
            consumer: consumer, committer: committer,
            positions: Positions(
                pool: database.pool, admin: admin, kafka: settings, topicPrefix: kafka.prefix, replica: "a"),
            sources: [
                Source(.patrol, from: .gateway, [Inlet(VisitReported.self) { $0.note == nil ? .store : .early }])
            ],
            topicPrefix: kafka.prefix,
            seal: DeadLetterSeal(ColumnCipher(try KeyRing([1: key], current: 1)), of: .dispatch), gate: nil,
            readiness: Readiness(), log: Logger(service: "test", sink: MemorySink()), metrics: BatchMetrics(Metrics()))
        return Task { await driver.run() }
    }

    /// Where the partition is stored to be; -1 before it is claimed.
    func position() async throws -> Int {
        try await database.count("select coalesce(max(next_offset), -1) from consumer_offset")
    }

    /// What is wrong by its id names something that the toy does not know yet.
    func send(_ ids: [String]) async throws {
        try await producer.send(
            ids.map { id in
                let visit = VisitReported(
                    grid: ToyInputs.grid, place: Place(unit: ToyInputs.grid), outcome: .met, minutes: 1,
                    note: id.hasPrefix("wrong") ? "of a grid that nobody knows" : nil)
                return try Self.record(of: visit, id: id, on: partition.topic)
            })
    }

    private static func record(of payload: some EventPayload, id: String, on topic: String) throws -> OutgoingRecord {
        let envelope = EventEnvelope(id: id, source: "app", type: type(of: payload).type, time: ToyInputs.time)
        return OutgoingRecord(
            topic: topic, key: [1], value: try EventJSON.encode(payload),
            headers: Headers(CloudEvents.headers(of: envelope)))
    }
}
