import Postgres

/// Counts the failures in a row of something that is tried until it works, and paces the tries.
struct Retries: Sendable {
    private(set) var failures = 0
    private let backoff: PostgresPool.Backoff

    init(first: Duration = .milliseconds(20), limit: Duration = .seconds(2)) {
        backoff = PostgresPool.Backoff(first: first, limit: limit)
    }

    var hasFailed: Bool { failures > 0 }

    /// Counts a failure; returns how long to wait before the next try.
    mutating func failed() -> Duration {
        failures += 1
        return backoff.delay(afterFailures: failures, jitter: .random(in: 0...1))
    }

    mutating func succeeded() { failures = 0 }
}
