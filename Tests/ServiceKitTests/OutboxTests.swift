import Contracts
import Kafka
import Postgres
import Telemetry
import TestSupport
import Testing

@testable import ServiceKit

@Suite(.timeLimit(.minutes(5)))
struct OutboxTests {
    private func message(_ key: String, _ text: String, topic: String = "intake.visits") -> OutboxMessage {
        OutboxMessage(
            topic: topic, key: Array(key.utf8), value: Array(text.utf8), headers: [Header("ce_id", Array(text.utf8))])
    }

    @Test func `a row gives back the messages that were packed`() throws {
        let messages = [
            message("a", "1"), OutboxMessage(topic: "t", key: nil, value: nil, headers: []),
            OutboxMessage(topic: "t", key: [], value: [], headers: [Header("h", [])]),
        ]
        #expect(try OutboxRow.unpack(OutboxRow.pack(messages)) == messages)
    }

    @Test func `a row is written as every version since the first one wrote it`() throws {
        let message = OutboxMessage(
            topic: "t", key: [7], value: nil, headers: [Header("ab", [1, 2, 3]), Header("c", [])])
        let bytes: [UInt8] = [
            1, 0, 0, 0, 1, 0x74, 0, 0, 0, 1, 7, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 2,
            0, 0, 0, 2, 0x61, 0x62, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 1, 0x63, 0, 0, 0, 0,
        ]
        #expect(OutboxRow.pack([message]) == bytes)
        #expect(try OutboxRow.unpack(bytes) == [message])
    }

    @Test func `a row that is cut anywhere, or of another version, is refused and not guessed at`() throws {
        let whole = OutboxRow.pack([message("key", "value"), message("key", "value 2")])
        let first = OutboxRow.pack([message("key", "value")]).count
        for length in 0..<whole.count where length != 1 && length != first {
            #expect(throws: UnreadableOutboxRow.self) { try OutboxRow.unpack(Array(whole.prefix(length))) }
        }
        #expect(throws: UnreadableOutboxRow.self) { try OutboxRow.unpack([2] + whole.dropFirst()) }
    }

    @Test func `messages of one key are of one shard, and shards are used alike`() {
        var counts: [Int16: Int] = [:]
        for number in 0..<6_400 { counts[message("key \(number)", "").shard, default: 0] += 1 }
        #expect(message("a", "1").shard == message("a", "2").shard)
        #expect(counts.count == 64)
        #expect(counts.values.allSatisfy { (50...160).contains($0) })
    }

    @Test(.needsPostgres, .needsRealKafka)
    func `the relay publishes each key in order, and deletes what is acknowledged`() async throws {
        try await KernelDatabase.use { database in
            let kafka = try TestKafka()
            let settings = ["bootstrap.servers": kafka.bootstrap]
            let admin = try Admin(settings)
            _ = try await admin.createTopics([NewTopic(kafka.name("intake.visits"), partitions: 3, replication: 1)])
            // Given rows of many batches, whose keys mix
            for batch in 0..<20 {
                let messages = (0..<30).map { message("key \($0 % 7)", "\(batch * 30 + $0)") }
                let request = try #require(Outbox.request(messages))
                try await database.pool.run { session in try session.pipeline([request]) { _, _ in } }
            }
            let log = Logger(service: "test", sink: MemorySink())
            let leases = ShardLeases(pool: database.pool, replica: "r1", log: log)
            try await leases.renew()
            let producer = try Producer(settings)
            let relay = Relay(
                pool: database.pool, producer: producer, leases: leases, topicPrefix: kafka.prefix, log: log,
                metrics: RelayMetrics(Metrics()))
            // When they are published
            try await relay.publish()
            // Then each key's numbers rise, and nothing is left
            #expect(try await database.count("select count(*) from outbox") == 0)
            #expect(try await database.count("select messages from published_count") == 600)
            let partitions = (0..<3).map { TopicPartition(kafka.name("intake.visits"), Int32($0)) }
            var last: [[UInt8]: Int] = [:]
            var total = 0
            for try await records in RecordReader(settings, ranges: try await admin.watermarks(partitions)) {
                for record in records {
                    let number = try #require(Int(String(decoding: record.value ?? [], as: UTF8.self)))
                    #expect(number > last[record.key ?? [], default: -1])
                    last[record.key ?? []] = number
                    total += 1
                }
            }
            #expect(total == 600)
            await producer.close()
            try await admin.deleteTopics([kafka.name("intake.visits")])
        }
    }

    @Test(.needsPostgres) func `rows of one commit wait for no other, and a look at an empty outbox ends at once`()
        async throws
    {
        try await KernelDatabase.use { database in
            // Given more rows than one pass takes
            let cluster = try MockCluster(brokers: 1)
            let settings = ["bootstrap.servers": cluster.bootstrap]
            try cluster.createTopic("intake.visits", partitions: 3)
            let requests = try (0..<450).map { number in
                try #require(Outbox.request([message("key \(number)", "\(number)")]))
            }
            try await database.pool.run { session in try session.pipeline(requests) { _, _ in } }
            let log = Logger(service: "test", sink: MemorySink())
            let leases = ShardLeases(pool: database.pool, replica: "r1", log: log)
            let producer = try Producer(settings)
            let relay = Relay(
                pool: database.pool, producer: producer, leases: leases, topicPrefix: "", log: log,
                metrics: RelayMetrics(Metrics()))
            // When a replica without leases looks, then it finds nothing that is its own
            #expect(try await relay.publish().rows == 0)
            #expect(try await database.count("select count(*) from outbox") == 450)
            // And when it has them, one call publishes and forgets all
            try await leases.renew()
            #expect(try await relay.publish().rows == 450)
            #expect(try await database.count("select count(*) from outbox") == 0)
            #expect(try await database.count("select messages from published_count") == 450)
            #expect(try await relay.publish().rows == 0)
            await producer.close()
        }
    }

    @Test(.needsPostgres) func `a relay that loses its shards on the way takes no more, and knows that more is left`()
        async throws
    {
        try await KernelDatabase.use { database in
            // Given more rows than one pass takes, and a broker that does not answer yet
            let cluster = try MockCluster(brokers: 1)
            try cluster.createTopic("intake.visits", partitions: 3)
            try cluster.setUp(false)
            let requests = try (0..<450).map { number in
                try #require(Outbox.request([message("key \(number)", "\(number)")]))
            }
            try await database.pool.run { session in try session.pipeline(requests) { _, _ in } }
            let log = Logger(service: "test", sink: MemorySink())
            let leases = ShardLeases(pool: database.pool, replica: "r1", timeToLive: .seconds(3600), log: log)
            try await leases.renew()
            let producer = try Producer(["bootstrap.servers": cluster.bootstrap])
            let relay = Relay(
                pool: database.pool, producer: producer, leases: leases, topicPrefix: "", log: log,
                metrics: RelayMetrics(Metrics()))
            // When the shards go to others while the first rows are being sent
            let publishing = Task { try await relay.publish() }
            // A producer counts what it wants to say of a broker that is away, too: all rows of a pass, not any.
            try await eventually("rows are being sent") { producer.waiting >= 200 }
            await leases.giveBack()
            try cluster.setUp(true)
            // Then those are done with, the others are left to whoever has the shards, and the relay does not think it is through
            #expect(try await publishing.value == Relay.Outcome(rows: 200, isDrained: false))
            #expect(try await database.count("select count(*) from outbox") == 250)
            await producer.close()
        }
    }

    @Test(.needsPostgres) func `what Kafka does not acknowledge stays in the outbox`() async throws {
        try await KernelDatabase.use { database in
            // Given a row, and a broker that nobody is at
            let request = try #require(Outbox.request([message("a", "1")]))
            try await database.pool.run { session in try session.pipeline([request]) { _, _ in } }
            let log = Logger(service: "test", sink: MemorySink())
            let leases = ShardLeases(pool: database.pool, replica: "r1", log: log)
            try await leases.renew()
            let producer = try Producer(["bootstrap.servers": "127.0.0.1:1", "message.timeout.ms": "300"])
            let relay = Relay(
                pool: database.pool, producer: producer, leases: leases, topicPrefix: "", log: log,
                metrics: RelayMetrics(Metrics()))
            // When it is to be published, then that fails and nothing is forgotten
            await #expect(throws: KafkaError.self) { try await relay.publish() }
            #expect(try await database.count("select count(*) from outbox") == 1)
            #expect(try await database.count("select count(*) from published_count") == 0)
            await producer.close()
        }
    }
}
