import TestSupport
import Testing

@testable import Kafka

/// What a single broker cannot show.
@Suite(.timeLimit(.minutes(2)))
struct `An admin among several brokers` {
    @Test func `a partition's ends are asked of its new leader`() async throws {
        // Given two brokers, and a client that has asked the first one where a partition ends
        let cluster = try MockCluster(brokers: 2)
        try cluster.createTopic("topic", partitions: 1)
        let partition = TopicPartition("topic", 0)
        try cluster.setLeader(of: partition, broker: 1)
        let admin = try Admin(cluster.settings)
        #expect(try await admin.watermarks([partition]) == [partition: 0..<0])
        // When the other one leads it, then the client finds out by itself, and soon
        try cluster.setLeader(of: partition, broker: 2)
        try await eventually("the new leader answers", within: .seconds(20)) {
            (try? await admin.watermarks([partition])) != nil
        }
        #expect(try await admin.watermarks([partition]) == [partition: 0..<0])
    }

    @Test func `a topic counts as made once brokers show all its partitions`() async throws {
        let cluster = try MockCluster(brokers: 1)
        try cluster.createTopic("small", partitions: 1)
        let admin = try Admin(cluster.settings, timeout: .milliseconds(100))
        try await admin.awaitPartitions([("small", 1)])
        // Given one that no broker shows, and one that has too few
        for missing in ["none", "small"] {
            let error = try await #require(throws: KafkaError.self) {
                try await admin.awaitPartitions([("small", 1), (missing, 3)])
            }
            #expect(error.kind == .timedOut)
            #expect(error.message.contains("\(missing) was made, but no broker shows its 3 partitions"))
        }
        // When one shows it in the end, then it is waited for
        let patient = try Admin(cluster.settings, timeout: .seconds(20))
        let waiting = Task { try await patient.awaitPartitions([("late", 2)]) }
        // It looks for the first time before the topic is there.
        try await Task.sleep(for: .milliseconds(100))
        try cluster.createTopic("late", partitions: 2)
        try await waiting.value
    }
}
