import CRdKafka

/// An owned queue of events. It keeps its client: a queue must go before its instance.
///
/// `@unchecked Sendable` holds because the pointer never changes and librdkafka locks its queues.
@safe
final class ClientQueue: @unchecked Sendable {
    let pointer: OpaquePointer
    private let client: Client

    /// Takes over a queue that C returned.
    private init(consuming pointer: OpaquePointer?, _ client: Client) {
        guard let pointer = unsafe pointer else { preconditionFailure("the instance has no such queue") }
        unsafe self.pointer = pointer
        self.client = client
    }

    /// A new, empty queue.
    convenience init(_ client: Client) { unsafe self.init(consuming: rd_kafka_queue_new(client.pointer), client) }

    /// A consumer's own queue: its records, rebalances and errors.
    convenience init(ofConsumer client: Client) {
        unsafe self.init(consuming: rd_kafka_queue_get_consumer(client.pointer), client)
    }

    deinit { unsafe rd_kafka_queue_destroy(pointer) }

    /// Waits for the next event.
    func poll(milliseconds: Int32) -> ClientEvent? {
        unsafe rd_kafka_queue_poll(pointer, milliseconds).map { unsafe ClientEvent(consuming: $0) }
    }

    /// Ends a `poll` that waits on another thread, or the next one where none does.
    func interrupt() { unsafe rd_kafka_queue_yield(pointer) }
}
