import CRdKafka

/// librdkafka's object for a topic: finding it by name for each record would cost a search under a lock.
///
/// `@unchecked Sendable` holds because the pointer never changes and librdkafka locks its topics.
@safe
final class TopicHandle: @unchecked Sendable {
    let name: String
    let pointer: OpaquePointer
    /// A topic must go before its instance.
    private let client: Client

    init(_ name: String, _ client: Client) throws(KafkaError) {
        guard let pointer = unsafe rd_kafka_topic_new(client.pointer, name, nil) else {
            throw KafkaError(code: rd_kafka_last_error(), message: "no topic can be named '\(name)'")
        }
        self.name = name
        unsafe self.pointer = pointer
        self.client = client
    }

    deinit { unsafe rd_kafka_topic_destroy(pointer) }
}
