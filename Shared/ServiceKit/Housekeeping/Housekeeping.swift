import Postgres
import Telemetry

/// Does a service's chores, round after round: retention, as docs/privacy.md promises it, and sealing anew.
///
/// Each step is a transaction of its own over a bounded number of rows, so that a table that was left alone for a year is
/// cleared without a long lock, and a kill costs one step.
struct Housekeeping: Sendable {
    let chores: [Chore]
    let pool: PostgresPool
    let clock: CityClock
    /// From the end of one round to the beginning of the next.
    let pause: Duration
    let log: Logger
    let metrics: HousekeepingMetrics

    /// Until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            if clock.isSet, await round() { metrics.finished.set(Double(MachineClock.now().milliseconds) / 1_000) }
            try? await Task.sleep(for: pause)
        }
    }

    /// - Returns: whether every chore was done to its end.
    func round() async -> Bool {
        var isDone = true
        for chore in chores where !Task.isCancelled {
            do { try await finish(chore) } catch {
                isDone = false
                metrics.failures(chore.name).increment()
                log.warning("a chore is not done yet", metadata: [.chore: chore.name, .error: "\(error)"])
            }
        }
        return isDone
    }

    private func finish(_ chore: Chore) async throws {
        let rows = metrics.rows(chore.name)
        while !Task.isCancelled {
            let done = try await step(chore)
            rows.increment(by: UInt64(done))
            if done < chore.limit { return }
            // Others want the connection, too.
            await Task.yield()
        }
    }

    func step(_ chore: Chore) async throws -> Int {
        let now = clock.now()
        return try await pool.run { session in try chore.step(&session, now, Int32(chore.limit)) }
    }
}

struct HousekeepingMetrics: Sendable {
    let rows: Labelled<Counter>
    let failures: Labelled<Counter>
    let finished: Gauge

    init(_ metrics: Metrics) {
        rows = metrics.counter(
            "muster_housekeeping_rows", help: "Rows that chores have removed or sealed anew.", labels: ["chore"])
        failures = metrics.counter(
            "muster_housekeeping_failures", help: "Rounds in which a chore failed.", labels: ["chore"])
        finished = metrics.gauge(
            "muster_housekeeping_finished_seconds", help: "When a round of all chores was last done, since 1970.")
    }
}
