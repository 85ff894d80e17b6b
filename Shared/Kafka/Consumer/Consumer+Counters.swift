extension Consumer {
    /// Totals since the consumer began, for metrics.
    public struct Counters: Sendable, Hashable {
        /// Handed to the reader, as all batches together hold.
        public internal(set) var records = 0
        public internal(set) var batches = 0
        /// Assignments, revocations and losses.
        public internal(set) var rebalances = 0
        public internal(set) var failures = 0
    }
}
