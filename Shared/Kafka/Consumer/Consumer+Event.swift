extension Consumer {
    /// What the reader of `events` has to deal with, in the order in which it happened.
    public enum Event: Sendable {
        /// These partitions are ours; there may be none, where the group has more members than partitions. Nothing of
        /// them is fetched until `start(_:)`, which may come as late as it likes.
        case assigned([TopicPartition])
        /// Records to process; the next batch of the partition waits for `finished(_:)`.
        case batch(Batch)
        /// No further batch of these will come. The group waits until each was `released(_:)`, at most for
        /// `max.poll.interval.ms`.
        case revoked([TopicPartition])
        /// As `revoked`, but the group has given up on us (no heartbeat for `session.timeout.ms`, say): somebody else
        /// may be at work on them already. Nothing to release; the consumer joins again by itself.
        case lost([TopicPartition])
        /// For logs and metrics: librdkafka goes on by itself. A fatal error is the last event of the stream.
        ///
        /// Of kind `.offsetOutOfRange`, with its partition, it means that this partition stands still until it is
        /// started at an offset that exists.
        case failure(KafkaError)
    }

    /// Records of one partition in the order of their offsets; never empty.
    public struct Batch: Sendable, Hashable {
        public let partition: TopicPartition
        /// Where the batch before it ended, or where the partition was started. The first record may lie beyond it, since
        /// offsets may be missing; that nothing was left out shows by this one alone.
        public let start: Int64
        public let records: [Record]

        /// - Precondition: `records` is not empty.
        public init(partition: TopicPartition, start: Int64, records: [Record]) {
            precondition(!records.isEmpty, "a batch has records")
            self.partition = partition
            self.start = start
            self.records = records
        }

        /// Where the next batch begins: the last offset and one. Offsets between two records may be missing.
        public var nextOffset: Int64 { records[records.count - 1].offset + 1 }
    }
}
