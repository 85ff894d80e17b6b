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
}
