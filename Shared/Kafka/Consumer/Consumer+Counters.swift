extension Consumer {
    /// Totals since the consumer began, for metrics.
    public struct Counters: Sendable, Hashable {
        public internal(set) var records = 0
        /// Of keys, values and headers.
        public internal(set) var bytes = 0
        public internal(set) var batches = 0
        /// How often a partition was paused; often means that its batches take too long or `maxWaiting` is too small.
        public internal(set) var pauses = 0
        /// Assignments, revocations and losses.
        public internal(set) var rebalances = 0
        public internal(set) var failures = 0
    }
}
