import Kafka
import TestSupport
import Testing

@Suite(.needsRealKafka, .timeLimit(.minutes(2)))
struct `Administration` {
    let kafka: TestKafka
    let settings: [String: String]
    let admin: Admin

    init() throws {
        kafka = try TestKafka()
        settings = KafkaConnection(bootstrap: kafka.bootstrap).settings
        admin = try Admin(settings)
    }

    @Test func `makes topics, and says what became of each`() async throws {
        let (new, bad) = (kafka.name("new"), kafka.name("bad"))
        let wanted = [
            NewTopic(new, partitions: 3, config: ["cleanup.policy": "compact"]),
            NewTopic(bad, partitions: 1, config: ["cleanup.policy": "sometimes"]),
        ]
        let first = try await admin.createTopics(wanted)
        #expect(first[new] == .created)
        guard case .failed(let error)? = first[bad] else {
            Issue.record("a topic that cannot be: \(first)")
            return
        }
        #expect(error.kind == .configuration)
        #expect(error.message.contains("cleanup.policy"))
        // once more, with another shape
        #expect(try await admin.createTopics([NewTopic(new, partitions: 5)]) == [new: .existed])
        #expect(try await admin.topics()[new] == 3)
        try await admin.deleteTopics([new, bad])
        try await eventually("it is gone", becomes: nil) { try await admin.topics()[new] }
    }

    @Test func `asked for nothing does nothing`() async throws {
        #expect(try await admin.createTopics([]).isEmpty)
        try await admin.deleteTopics([])
        #expect(try await admin.watermarks([]).isEmpty)
        #expect(try await admin.committed("group", []).isEmpty)
    }

    @Test func `refuses a topic that librdkafka refuses, before anything is made`() async throws {
        let good = kafka.name("good")
        let error = try await #require(throws: KafkaError.self) {
            _ = try await admin.createTopics([NewTopic(good, partitions: 1), NewTopic(good + "2", partitions: -5)])
        }
        #expect(error.kind == .configuration)
        #expect(try await admin.topics()[good] == nil)
    }

    @Test func `adds partitions, and never takes some away`() async throws {
        try await withTopics(2) { topics in
            try await admin.grow(topics.name, to: 5)
            #expect(try await admin.topics()[topics.name] == 5)
            for count: Int32 in [5, 3] {
                let error = try await #require(throws: KafkaError.self) { try await admin.grow(topics.name, to: count) }
                #expect(error.kind == .configuration)
            }
            let error = try await #require(throws: KafkaError.self) {
                try await admin.grow(topics.name + "-nowhere", to: 3)
            }
            #expect(error.kind == .unknownTopic)
        }
    }

    @Test func `knows the cluster by its id`() async throws {
        let id = try await admin.clusterID()
        #expect(!id.isEmpty)
        #expect(try await Admin(settings).clusterID() == id)
    }

    @Test func `does not count Kafka's own topics`() async throws {
        try await withTopics(1) { topics in
            let consumer = try Consumer(topics.member(), topics: [topics.name])
            let log = EventLog(following: consumer)
            // a group makes Kafka keep offsets
            try await eventually("a member") { !log.rebalances.isEmpty }
            await consumer.close()
            #expect(try await admin.topics().keys.allSatisfy { !$0.hasPrefix("__") })
        }
    }

    @Test func `tells where partitions begin and end`() async throws {
        try await withTopics(3) { topics in
            try await topics.send(0..<20, over: 2)
            let partitions = topics.partitions(3)
            let expected = [partitions[0]: Int64(0)..<10, partitions[1]: Int64(0)..<10, partitions[2]: Int64(0)..<0]
            #expect(try await admin.watermarks(partitions) == expected)
            let error = try await #require(throws: KafkaError.self) {
                _ = try await admin.watermarks(partitions + [TopicPartition(topics.name, 99)])
            }
            #expect(error.kind == .unknownTopic)
        }
    }

    @Test func `deletes a group that has no members, and what it had committed`() async throws {
        try await withTopics(1) { topics in
            let partitions = topics.partitions(1)
            let consumer = try Consumer(topics.member(), topics: [topics.name])
            let log = EventLog(following: consumer)
            try await eventually("a member") { !log.rebalances.isEmpty }
            await consumer.commit([partitions[0]: 0])
            let error = try await #require(throws: KafkaError.self) { try await admin.deleteGroup(topics.group) }
            #expect(error.kind == .groupInUse)
            await consumer.close()
            #expect(try await admin.committed(topics.group, partitions) == [partitions[0]: 0])
            try await admin.deleteGroup(topics.group)
            #expect(try await admin.committed(topics.group, partitions) == [:])
            // once more, and one that never was
            try await admin.deleteGroup(topics.group)
        }
    }
}

struct `Administration without a broker` {
    @Test(.timeLimit(.minutes(5))) func `ends in time`() async throws {
        let admin = try Admin(["bootstrap.servers": "127.0.0.1:1", "log_level": "0"], timeout: .milliseconds(300))
        let began = ContinuousClock.now
        for call in [
            { _ = try await admin.topics() }, { _ = try await admin.clusterID() },
            { _ = try await admin.createTopics([NewTopic("t", partitions: 1)]) },
            { _ = try await admin.watermarks([TopicPartition("t", 0)]) },
            { _ = try await admin.committed("g", [TopicPartition("t", 0)]) },
            { try await admin.deleteGroup("g") }, { try await admin.grow("t", to: 2) },
            { try await admin.deleteTopics(["t"]) },
        ] as [@Sendable () async throws -> Void] {
            let error = try await #require(throws: KafkaError.self) { try await call() }
            #expect([.timedOut, .transport].contains(error.kind), "\(error)")
            #expect(error.isRetryable)
        }
        // Any of them with a limit of librdkafka's own would take a minute.
        #expect(.now - began < .seconds(45))
    }
}
