import TestSupport
import Testing

@testable import Kafka

/// What a real broker does not do to order.
@Suite(.timeLimit(.minutes(2)))
struct `A consumer among faults` {
    let cluster: MockCluster
    let topic = "topic"

    init() throws {
        cluster = try MockCluster()
        try cluster.createTopic(topic, partitions: 2)
    }

    private func send(_ numbers: Range<Int>) async throws {
        let producer = try Producer(cluster.settings)
        try await producer.send(
            numbers.map { OutgoingRecord(topic: topic, value: Array("\($0)".utf8), partition: Int32($0) % 2) })
        await producer.close()
    }

    @Test func `is told that its partitions are lost, and joins again`() async throws {
        // given a member at work
        try await send(0..<10)
        let consumer = try Consumer(cluster.member("lost"), topics: [topic])
        let log = EventLog(following: consumer)
        try await eventually("all records") { log.records.count == 10 }
        // when the coordinator no longer knows it
        cluster.failNext([.unknownMember], .heartbeat)
        // then
        try await eventually("joined again", becomes: ["assigned [0, 1]", "lost [0, 1]", "assigned [0, 1]"]) {
            log.rebalances
        }
        try await eventually("all records once more") { log.records.count == 20 }
        await consumer.close()
    }

    @Test func `goes on by itself after its connections broke`() async throws {
        try await send(0..<10)
        let consumer = try Consumer(cluster.member("reconnect"), topics: [topic])
        let log = EventLog(following: consumer)
        try await eventually("all records") { log.records.count == 10 }
        try cluster.setUp(false)
        try await eventually("a failure") { log.failures.contains { $0.kind == .transport } }
        #expect(log.failures.allSatisfy { $0.isRetryable && !$0.isFatal })
        try cluster.setUp(true)
        try await send(10..<20)
        // its membership may have been lost meanwhile: then it began anew
        try await eventually("the others", within: .seconds(60)) { Set(log.records.map(\.number)) == Set(0..<20) }
        await consumer.close()
    }

    @Test func `closes within its time though no broker answers`() async throws {
        let consumer = try Consumer(cluster.member("close"), topics: [topic])
        let log = EventLog(following: consumer)
        try await eventually("assigned") { !log.rebalances.isEmpty }
        try cluster.setUp(false)
        let duration = await ContinuousClock().measure { await consumer.close() }
        #expect(duration < .seconds(30))
        try await eventually("the end of the stream") { log.hasEnded }
    }

    /// What librdkafka is asked in the moment in which it leaves the group is never answered: so a closing in a few hundred never
    /// ended.
    @Test func `closes while it has partitions, time after time`() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for number in 0..<40 {
                group.addTask {
                    for round in 0..<3 {
                        let consumer = try Consumer(cluster.member("close-\(number)-\(round)"), topics: [topic])
                        let log = EventLog(following: consumer)
                        try await eventually("assigned") { !log.rebalances.isEmpty }
                        await consumer.close()
                    }
                }
            }
        }
    }

    @Test func `closes though it never reached a broker`() async throws {
        let settings = ["bootstrap.servers": "127.0.0.1:1", "group.id": "g", "log_level": "0"]
        let consumer = try Consumer(settings, topics: [topic])
        let log = EventLog(following: consumer)
        try await eventually("a failure") { log.failures.contains { $0.kind == .transport } }
        let duration = await ContinuousClock().measure { await consumer.close() }
        #expect(duration < .seconds(30))
        try await eventually("the end of the stream") { log.hasEnded }
    }

    @Test func `answers its user after it was closed, twice too`() async throws {
        let consumer = try Consumer(cluster.member("closed"), topics: [topic])
        let log = EventLog(following: consumer)
        await consumer.close()
        await consumer.close()
        await consumer.start([TopicPartition(topic, 0): 0])
        await consumer.finished(TopicPartition(topic, 0))
        await consumer.released([TopicPartition(topic, 0)])
        #expect(await consumer.lag().isEmpty)
        try await eventually("the end of the stream") { log.hasEnded }
    }

    @Test func `ends its stream after a fatal failure, which is the last event`() async throws {
        let consumer = try Consumer(cluster.member("fatal"), topics: [topic])
        let log = EventLog(following: consumer)
        try await eventually("assigned") { !log.rebalances.isEmpty }
        await consumer.failFatally()
        try await eventually("the end of the stream") { log.hasEnded }
        guard case .failure(let error)? = log.events.last else {
            Issue.record("a failure at the end")
            return
        }
        #expect(error.isFatal)
        #expect(error.kind == .fenced)
        await consumer.close()
    }

    @Test func `ends when nobody refers to it any more`() async throws {
        weak var forgotten: Consumer?
        let reader: Task<Void, Never>
        do {
            let consumer = try Consumer(cluster.member("forgotten"), topics: [topic])
            forgotten = consumer
            reader = Task { [events = consumer.events] in
                for await _ in events {}
            }
            _ = await consumer.lag()
        }
        try await eventually("it is gone") { forgotten == nil }
        await reader.value
    }

    @Test func `is told by the broker's forgetting, not left to skip over it`() async throws {
        // given a mock cluster, which keeps 5 MB a partition and forgets the oldest without a word
        let producer = try Producer(cluster.settings.merging(["compression.type": "none"]) { $1 })
        let large = [UInt8](repeating: 7, count: 100_000)
        for _ in 0..<10 {
            try await producer.send((0..<10).map { _ in OutgoingRecord(topic: topic, value: large, partition: 0) })
        }
        await producer.close()
        // when a reader begins where it was
        let consumer = try Consumer(cluster.member("forgetting"), topics: [topic])
        let log = EventLog(following: consumer, from: 0)
        // then
        try await eventually("a failure") { log.failures.contains { $0.kind == .offsetOutOfRange } }
        let failure = try #require(log.failures.first { $0.kind == .offsetOutOfRange })
        #expect(failure.partition == TopicPartition(topic, 0))
        #expect(!failure.isRetryable)
        #expect(log.records.isEmpty)
        await consumer.close()
    }

    @Test func `hands librdkafka's log and statistics over`() async throws {
        let lines = Heard(), statistics = Heard()
        var options = Consumer.Options()
        options.onLog = { lines.add($0.facility) }
        options.onStatistics = { statistics.add($0) }
        options.statisticsInterval = .milliseconds(100)
        let settings = cluster.member("log", ["log_level": "7", "debug": "cgrp"])
        let consumer = try Consumer(settings, topics: [topic], options: options)
        let log = EventLog(following: consumer)
        try await eventually("a line of the log") { lines.all.contains("SUBSCRIBE") }
        try await eventually("statistics") { statistics.all.contains { $0.contains("\"cgrp\"") } }
        await consumer.close()
        #expect(log.failures.isEmpty)
    }
}
