import Testing

@testable import Kafka

struct `An error` {
    @Test func `of a setting says which`() throws {
        let error = try #require(throws: KafkaError.self) { try Producer(["no.such.setting": "1"]) }
        #expect(error.kind == .configuration)
        #expect(error.name == "_INVALID_ARG")
        #expect(!error.isRetryable)
        #expect(error.message.contains("no.such.setting"))
    }

    @Test func `of a consumer's setting says what must be and why`() throws {
        let error = try #require(throws: KafkaError.self) {
            try Consumer(["group.id": "g", "auto.offset.reset": "latest"], topics: ["t"])
        }
        #expect(error.kind == .configuration)
        #expect(
            error.message == "auto.offset.reset is latest but must be error, since an offset that is gone must be "
                + "noticed, never skipped: remove the setting")
    }

    @Test func `of a consumer without a group says what is missing`() throws {
        let error = try #require(throws: KafkaError.self) { try Consumer(["bootstrap.servers": "a:1"], topics: ["t"]) }
        #expect(error.kind == .configuration)
        #expect(error.message == "group.id is missing: a consumer is the member of a group")
    }

    @Test func `is described with its place`() {
        let error = KafkaError(
            kind: .offsetOutOfRange, name: "OFFSET_OUT_OF_RANGE", message: "gone", isRetryable: false, isFatal: true,
            partition: TopicPartition("t", 3))
        #expect("\(error)" == "OFFSET_OUT_OF_RANGE on t/3: gone (fatal)")
    }

    /// By the numbers of Kafka's protocol; below -1 they are librdkafka's own.
    @Test(arguments: [
        (3, KafkaError.Kind.unknownTopic, true), (-188, .unknownTopic, true), (36, .topicExists, false),
        (1, .offsetOutOfRange, false), (-140, .offsetOutOfRange, false), (10, .messageTooLarge, false),
        (-192, .timedOut, true), (-195, .transport, true), (-187, .transport, true), (58, .authentication, false),
        (29, .authorization, false), (6, .unavailable, true), (19, .unavailable, true), (82, .fenced, false),
        (-147, .membershipLost, true), (25, .membershipLost, true), (45, .sequenceLost, true), (68, .groupInUse, true),
        (69, .unknownGroup, false), (-199, .other, false),
    ])
    func `has a kind to decide by`(code: Int32, kind: KafkaError.Kind, isRetryable: Bool) {
        let error = KafkaError(code: .init(code))
        #expect(error.kind == kind)
        #expect(error.isRetryable == isRetryable)
    }
}
