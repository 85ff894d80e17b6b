import FoundationEssentials
import Kafka
import Testing

/// A real broker, where `MUSTER_TEST_KAFKA` names one (a bootstrap list). `MUSTER_REQUIRE_KAFKA=1` makes its absence a
/// failure instead of a skip.
enum RealKafka {
    static let bootstrap = ProcessInfo.processInfo.environment["MUSTER_TEST_KAFKA"]
    static let isRequired = ProcessInfo.processInfo.environment["MUSTER_REQUIRE_KAFKA"] == "1"

    static var settings: [String: String] {
        KafkaConnection(bootstrap: bootstrap ?? "MUSTER_TEST_KAFKA is not set").settings
    }

    /// Creates topics of names that no other test has, lends them, and deletes them.
    static func withTopics(
        _ partitions: Int32..., config: [String: String] = [:], _ body: ([String]) async throws -> Void
    ) async throws {
        let admin = try Admin(settings)
        let prefix = "test-\(UInt64.random(in: 0..<1 << 40))"
        let topics = partitions.enumerated().map { NewTopic("\(prefix)-\($0)", partitions: $1, config: config) }
        let outcomes = try await admin.createTopics(topics)
        #expect(outcomes.values.allSatisfy { $0 == .created })
        do {
            try await body(topics.map(\.name))
        } catch {
            try? await admin.deleteTopics(topics.map(\.name))
            throw error
        }
        try await admin.deleteTopics(topics.map(\.name))
    }
}

extension Trait where Self == ConditionTrait {
    /// For suites of a real broker.
    static var onRealKafka: Self {
        .enabled(
            if: RealKafka.bootstrap != nil || RealKafka.isRequired,
            "needs a real broker: set MUSTER_TEST_KAFKA to its bootstrap list, such as 127.0.0.1:9092")
    }
}
