import Telemetry

/// What the kernel counts. Every name is documented in docs/operations.md; a test compares the two.
struct BatchMetrics: Sendable {
    let records: Counter
    let batchSize: Histogram
    let batchSeconds: Histogram
    let fenced: Counter
    let staleDecisions: Counter
    let apart: Counter
    let retries: Counter
    let consumerErrors: Counter
    let deadLetters: Labelled<Counter>

    init(_ metrics: Metrics) {
        records = metrics.counter("muster_records_consumed", help: "Records whose batch is committed.")
        batchSize = metrics.histogram(
            "muster_batch_records", help: "Records in a committed batch.",
            buckets: .init([1, 5, 20, 50, 100, 250, 500]))
        batchSeconds = metrics.histogram(
            "muster_batch_seconds", help: "From a batch's hand-over to its commit.",
            buckets: .init([0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]))
        fenced = metrics.counter(
            "muster_batches_fenced", help: "Batches stopped because another replica has the partition.")
        staleDecisions = metrics.counter(
            "muster_decisions_stale", help: "Decisions made again because a row had changed meanwhile.")
        apart = metrics.counter(
            "muster_batches_apart", help: "Batches tried alone after an attempt together with others had failed.")
        retries = metrics.counter("muster_batch_retries", help: "Batches tried again after an error that may pass.")
        deadLetters = metrics.counter(
            "muster_dead_letters", help: "Records that could not be taken and went to the dead topic.",
            labels: ["topic", "reason"])
        consumerErrors = metrics.counter("muster_consumer_errors", help: "Errors reported by the Kafka consumer.")
    }

    func observe(_ count: Int, _ time: Duration, topic: String) {
        records.increment(by: UInt64(count))
        batchSize.observe(Double(count))
        batchSeconds.observe(time)
    }
}

struct RelayMetrics: Sendable {
    let published: Counter
    let failures: Counter
    let age: Histogram

    init(_ metrics: Metrics) {
        published = metrics.counter("muster_outbox_published", help: "Events acknowledged by Kafka.")
        failures = metrics.counter("muster_outbox_failures", help: "Attempts to publish that failed and are repeated.")
        age = metrics.histogram(
            "muster_outbox_age_seconds", help: "Age of the oldest event of a published batch.",
            buckets: .init([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 60]))
    }
}

struct TimerMetrics: Sendable {
    let lateness: Histogram
    let stale: Counter
    let setAside: Counter

    init(_ metrics: Metrics) {
        lateness = metrics.histogram(
            "muster_timer_lateness_seconds", help: "City time between a timer's due time and the deed.",
            buckets: .init([0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30, 300]))
        stale = metrics.counter("muster_timers_stale", help: "Batches of timers that another change got ahead of.")
        setAside = metrics.counter(
            "muster_timers_set_aside", help: "Timers that cannot be acted on, set aside for a minute each time.")
    }
}
