extension PostgresPool {
    /// How long to wait before the next attempt: twice as long each time, up to a limit, and never in step with others.
    public struct Backoff: Sendable, Equatable {
        public var first: Duration
        public var limit: Duration

        public init(first: Duration = .milliseconds(100), limit: Duration = .seconds(5)) {
            self.first = first
            self.limit = limit
        }

        /// The wait after so many failures in a row.
        ///
        /// - Parameter jitter: from 0 to 1; it moves the wait between one half of its full length and all of it.
        public func delay(afterFailures count: Int, jitter: Double) -> Duration {
            let doublings = min(max(0, count - 1), 30)
            return min(first * (1 << doublings), limit) * (0.5 + 0.5 * jitter)
        }
    }
}
