extension Consumer {
    public struct Options: Sendable {
        /// The most records of a batch.
        public var maxBatch = 500
        /// The most bytes of a batch, except that a batch has at least one record.
        public var maxBatchBytes = 4 << 20
        /// How many records of a partition may wait for `finished` before the partition is paused; it is resumed below
        /// half. A pause is dear: librdkafka throws away what it has fetched of the partition beyond these.
        public var maxWaiting = 10_000
        /// How many bytes of a partition may wait, likewise.
        public var maxWaitingBytes = 32 << 20
        /// How long the first record of a batch may wait for others.
        public var maxWait: Duration = .milliseconds(10)
        /// How often offsets given to `commit` are sent to the group.
        public var commitInterval: Duration = .seconds(1)
        /// How often `onStatistics` is called; `nil` for never.
        public var statisticsInterval: Duration?
        /// Gets librdkafka's statistics as JSON (its STATISTICS.md says what is in it), on the consumer's thread.
        public var onStatistics: @Sendable (String) -> Void = { _ in }
        /// Gets librdkafka's log, on the consumer's thread. `nil` leaves it on standard error.
        public var onLog: (@Sendable (LogLine) -> Void)?

        public init() {}
    }
}
