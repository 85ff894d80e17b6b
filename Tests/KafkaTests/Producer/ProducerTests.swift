import Kafka
import TestSupport
import Testing

@Suite(.needsRealKafka, .timeLimit(.minutes(2)))
struct `A producer on a real broker` {
    @Test func `says that a topic is unknown`() async throws {
        try await withTopics(1) { topics in
            let producer = try Producer(topics.settings.merging(["topic.metadata.propagation.max.ms": "300"]) { $1 })
            let error = try await #require(throws: KafkaError.self) {
                try await producer.send([OutgoingRecord(topic: topics.name + "-nowhere", value: [1])])
            }
            #expect(error.kind == .unknownTopic)
            // and is not hurt by it
            try await producer.send([OutgoingRecord(topic: topics.name, value: [1])])
            await producer.close()
        }
    }

    @Test func `says that the topic refuses a record of its size`() async throws {
        try await withTopics(1, config: ["max.message.bytes": "1000"]) { topics in
            let producer = try Producer(topics.settings.merging(["compression.type": "none"]) { $1 })
            let large = OutgoingRecord(topic: topics.name, value: [UInt8](repeating: 0, count: 5000))
            let error = try await #require(throws: KafkaError.self) { try await producer.send([large]) }
            #expect(error.kind == .messageTooLarge)
            #expect(error.partition == TopicPartition(topics.name, 0))
            #expect(!error.isRetryable)
            try await producer.send([OutgoingRecord(topic: topics.name, value: [1])])
            await producer.close()
        }
    }

    @Test func `tells of brokers that are not there`() async throws {
        let errors = Heard()
        var observer = Producer.Observer()
        observer.onError = { errors.add("\($0.kind)") }
        let settings = ["bootstrap.servers": "127.0.0.1:1", "message.timeout.ms": "300", "log_level": "0"]
        let producer = try Producer(settings, observer: observer)
        let error = try await #require(throws: KafkaError.self) {
            try await producer.send([OutgoingRecord(topic: "t", value: [1])])
        }
        #expect(error.kind == .timedOut)
        try await eventually("it says so") { errors.all.contains("transport") }
        await producer.close()
    }
}
