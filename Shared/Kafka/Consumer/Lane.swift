/// One assigned partition.
final class Lane {
    let partition: TopicPartition
    /// What librdkafka has fetched of it.
    let queue: ClientQueue
    var batching = Batching()

    init(_ partition: TopicPartition, _ queue: ClientQueue) {
        self.partition = partition
        self.queue = queue
    }
}
