import CRdKafka

/// An owned queue of events. It keeps its client: a queue must go before its instance.
///
/// `@unchecked Sendable` holds because the pointer never changes and librdkafka locks its queues.
@safe
final class ClientQueue: @unchecked Sendable {
    let pointer: OpaquePointer
    private let client: Client
    /// The queue whose wait ends when something arrives here.
    private let interrupted: ClientQueue?

    /// Takes over a queue that C returned.
    private init(consuming pointer: OpaquePointer?, _ client: Client, interrupting other: ClientQueue? = nil) {
        guard let pointer = unsafe pointer else { preconditionFailure("the instance has no such queue") }
        unsafe self.pointer = pointer
        self.client = client
        interrupted = other
    }

    /// A new, empty queue.
    convenience init(_ client: Client) { unsafe self.init(consuming: rd_kafka_queue_new(client.pointer), client) }

    /// Where a client that consumes nothing reports what happens beside its requests.
    convenience init(ofMain client: Client) {
        unsafe self.init(consuming: rd_kafka_queue_get_main(client.pointer), client)
    }

    /// A consumer's own queue: rebalances, errors, and the records of partitions that have no queue of their own.
    convenience init(ofConsumer client: Client) {
        unsafe self.init(consuming: rd_kafka_queue_get_consumer(client.pointer), client)
    }

    /// A queue for one partition's records alone, which may wait in it while those of others are taken.
    ///
    /// A queue of its own for each partition is what makes backpressure cheap: librdkafka stops fetching a partition
    /// whose queue is long. With one queue for all, a partition would have to be paused, and a pause throws away what
    /// has been fetched of it.
    ///
    /// - Parameter other: its wait ends when this one is no longer empty.
    convenience init(of partition: TopicPartition, _ client: Client, interrupting other: ClientQueue) {
        let pointer = unsafe rd_kafka_queue_get_partition(client.pointer, partition.topic, partition.partition)
        unsafe self.init(consuming: pointer, client, interrupting: other)
        // From now on, and through later assignments, its records stay here.
        unsafe rd_kafka_queue_forward(pointer, nil)
        unsafe rd_kafka_queue_cb_event_enable(
            pointer, { _, other in unsafe rd_kafka_queue_yield(other.map { OpaquePointer($0) }) },
            UnsafeMutableRawPointer(other.pointer))
    }

    deinit {
        // Under the queue's lock, so that no call is under way afterwards.
        if interrupted != nil { unsafe rd_kafka_queue_cb_event_enable(pointer, nil, nil) }
        unsafe rd_kafka_queue_destroy(pointer)
    }

    /// How many events wait.
    var count: Int { unsafe rd_kafka_queue_length(pointer) }

    /// Waits for the next event.
    func poll(milliseconds: Int32) -> ClientEvent? {
        unsafe rd_kafka_queue_poll(pointer, milliseconds).map { unsafe ClientEvent(consuming: $0) }
    }

    /// Frees the records of an assignment that has ended, which librdkafka only does when somebody looks.
    func freeOutdated() { _ = poll(milliseconds: 0) }

    /// Ends a `poll` that waits on another thread, or the next one where none does.
    func interrupt() { unsafe rd_kafka_queue_yield(pointer) }
}
