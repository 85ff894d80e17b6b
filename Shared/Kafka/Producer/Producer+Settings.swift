extension Producer {
    /// What is set where the caller sets nothing.
    ///
    /// - `partitioner`: murmur2, as Java's clients; librdkafka's own default is another.
    /// - `linger.ms`: a record waits so long for others of its batch; 5 gave batches little larger and twice the delay.
    /// - `message.timeout.ms`: how long a `send` may take; librdkafka's default is five minutes.
    public static let defaults = [
        "enable.idempotence": "true", "acks": "all", "linger.ms": "2", "compression.type": "lz4",
        "partitioner": "murmur2_random", "message.timeout.ms": "30000", "socket.nagle.disable": "true",
    ]

    static func settings(_ given: [String: String], _ observer: Observer) -> [String: String] {
        var settings = defaults.merging(given) { $1 }
        if let interval = observer.statisticsInterval {
            settings["statistics.interval.ms"] = String(Int(interval / .milliseconds(1)))
        }
        return settings
    }

    /// What happens beside the sends; for logs and metrics. Called on threads of librdkafka's: return soon.
    public struct Observer: Sendable {
        /// Errors that belong to no record, such as a lost connection. After a fatal one the producer goes on with a
        /// new client.
        public var onError: @Sendable (KafkaError) -> Void = { _ in }
        /// How often `onStatistics` is called; `nil` for never.
        public var statisticsInterval: Duration?
        /// Gets librdkafka's statistics as JSON (its STATISTICS.md says what is in it).
        public var onStatistics: @Sendable (String) -> Void = { _ in }
        /// Gets librdkafka's log. `nil` leaves it on standard error.
        public var onLog: (@Sendable (LogLine) -> Void)?

        public init() {}
    }
}
