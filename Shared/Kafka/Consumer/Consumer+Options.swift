extension Consumer {
    public struct Options: Sendable {
        /// The most records of a batch.
        public var maxBatch = 500
        /// A batch ends with the record that brings it to so many bytes.
        public var maxBatchBytes = 4 << 20
        /// How many records of a partition librdkafka may fetch ahead. While more wait, none are fetched of it; one fetch may exceed it.
        public var maxWaiting = 1_000
        /// How many bytes of a partition may wait likewise; a fetch may exceed it once.
        public var maxWaitingBytes = 4 << 20
        /// How long the first record of a batch may wait for others. By default for none: a lone record goes at once, and what comes
        /// while a batch is dealt with makes the next one.
        public var maxWait: Duration = .zero
        /// How often offsets given to `commit` are sent to the group.
        public var commitInterval: Duration = .seconds(1)
        /// How often `onStatistics` is called; `nil` for never.
        public var statisticsInterval: Duration?
        /// Gets librdkafka's statistics as JSON (its STATISTICS.md says what is in it), on the consumer's thread.
        public var onStatistics: @Sendable (String) -> Void = { _ in }
        /// Gets librdkafka's log, on the consumer's thread. `nil` leaves it on standard error.
        public var onLog: (@Sendable (LogLine) -> Void)?

        /// See `FetchWaker`; off only for tests.
        var wakesFetching = true

        public init() {}
    }
}
