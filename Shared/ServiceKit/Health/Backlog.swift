import Contracts
import Kafka
import Postgres
import Telemetry

/// What waits: events in the outbox, due timers, records not read yet. Looked at every few seconds, for Prometheus.
struct Backlog: Sendable {
    private let pool: PostgresPool
    private let clock: CityClock
    private let consumer: Consumer
    private let topicPrefix: String
    private let outboxEvents: Gauge
    private let outboxAge: Gauge
    private let timersDue: Gauge
    private let lag: Labelled<Gauge>
    private let partitions: Gauge

    init(_ metrics: Metrics, pool: PostgresPool, clock: CityClock, consumer: Consumer, topicPrefix: String) {
        self.pool = pool
        self.clock = clock
        self.consumer = consumer
        self.topicPrefix = topicPrefix
        outboxEvents = metrics.gauge("muster_outbox_events", help: "Events that wait to be published, of all replicas.")
        outboxAge = metrics.gauge("muster_outbox_oldest_seconds", help: "Age of the oldest event that waits.")
        timersDue = metrics.gauge(
            "muster_timers_due", help: "Timers that are due and not acted on yet, of all replicas.")
        lag = metrics.gauge(
            "muster_consumer_lag_records", help: "Records that this replica's partitions hold and it has not read.",
            labels: ["topic"])
        partitions = metrics.gauge("muster_consumer_partitions", help: "Partitions that this replica reads.")
        for (name, help, value) in Self.poolGauges {
            metrics.gauge(name, help: help) { Double(value(pool.statistics)) }
        }
    }

    private static let poolGauges: [(String, String, @Sendable (PostgresPool.Statistics) -> Int)] = [
        ("muster_postgres_connections", "Open connections to Postgres.", { $0.open }),
        ("muster_postgres_waiting", "Tasks that wait for a connection.", { $0.waiting }),
    ]

    /// Until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            await look()
            try? await Task.sleep(for: .seconds(5))
        }
    }

    private func look() async {
        let now = Timestamp(clock.now())
        let row = try? await pool.run { session in
            try session.query(Self.waiting, Parameters(now)).row(0, as: Int64.self, Double.self, Int64.self)
        }
        if let (events, age, timers) = row {
            outboxEvents.set(Double(events))
            outboxAge.set(age)
            timersDue.set(Double(timers))
        }
        let lags = await consumer.lag()
        partitions.set(Double(lags.count))
        let byTopic = Dictionary(grouping: lags) { String($0.key.topic.dropFirst(topicPrefix.count)) }
        for (topic, lags) in byTopic { lag(topic).set(Double(lags.reduce(0) { $0 + $1.value })) }
    }

    private static let waiting = Statement(
        "backlog",
        """
        select coalesce(sum(message_count), 0)::int8,
            coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8,
            (select count(*) from timer where due_at <= $1)
        from outbox
        """)
}
