import Contracts
import Failpoints
import FoundationEssentials
import Postgres
import Telemetry

/// Makes what is due happen: reads due timers of the shards that this replica holds and commits them like any batch.
///
/// Each timer is consumed by the transaction that acts on it, which fails as a whole if another replica was first: once,
/// whatever dies.
struct TimerLoop<Handler: BatchHandler>: Sendable {
    let committer: Committer<Handler>
    let pool: PostgresPool
    let leases: ShardLeases
    let clock: CityClock
    /// Makes the service's command of a due timer; nil for a kind that it does not know (any more), which is dropped.
    let command: @Sendable (DueTimer) -> Handler.Command?
    let log: Logger
    let metrics: TimerMetrics
    let batchLimit = 500

    func run(wakes: AsyncStream<Void>) async {
        var retries = Retries()
        var taking = TimersTaken(most: batchLimit)
        for await _ in wakes where clock.isSet {
            while !Task.isCancelled {
                do {
                    let turn = try await act(taking)
                    retries.succeeded()
                    taking.succeeded()
                    if turn.isLast { break }
                } catch let error as PostgresError where error.sqlState == .decisionStale {
                    metrics.stale.increment()
                    taking.shrink()
                } catch let error as TimerDefect {
                    if taking.shrink() { continue }
                    guard taking.setAside(error.timer) else {
                        // So many cannot be to blame themselves.
                        log.warning(
                            "due timers could not be acted on yet", metadata: [.error: "\(error.reason)"])
                        try? await Task.sleep(for: retries.failed())
                        continue
                    }
                    log.error(
                        "a timer cannot be acted on and is set aside for a while: mend its subject's rows, or the code",
                        metadata: [
                            .event: "\(error.timer.subject)", .timer: "\(error.timer.kind)", .error: "\(error.reason)",
                        ])
                    metrics.setAside.increment()
                } catch {
                    log.warning("due timers could not be acted on yet", metadata: [.error: "\(error)"])
                    try? await Task.sleep(for: retries.failed())
                }
            }
        }
    }

    /// - Returns: how many were due.
    func actOnDue() async throws -> Int { try await act(TimersTaken(most: batchLimit)).count }

    /// What one batch came to: how many timers it acted on, and whether none is left that was due.
    private typealias Turn = (count: Int, isLast: Bool)

    private func act(_ taking: TimersTaken) async throws -> Turn {
        try await leases.work { shards in try await act(taking, of: shards) }
    }

    private func act(_ taking: TimersTaken, of shards: [Int16]) async throws -> Turn {
        if shards.isEmpty { return (0, isLast: true) }
        let now = clock.now()
        let handler = committer.handler
        let (due, isLast) = try await pool.run(plans: .kept) { session -> ([DueTimer], Bool) in
            let oldest = try DueTimerRows.read(at: now, shards, limit: taking.rows, in: &session)
            let wanted = taking.taken(of: oldest)
            if wanted.isEmpty { return ([], true) }
            // Only how many is decided here: each timer is consumed below as it was read, or nothing is written.
            let portion = wanted.prefix(max(1, try handler.portion(of: wanted, in: &session)))
            return (Array(portion), portion.count == wanted.count && wanted.count < taking.limit)
        }
        guard let first = due.first else { return (0, isLast: true) }
        InFlight.timer.began()
        defer { InFlight.timer.ended() }
        try Failpoint.timersClaimed.passOrFail()
        let inputs = due.compactMap { timer in
            command(timer).map { Input(envelope: timer.envelope, command: $0, digest: [], origin: .timer) }
        }
        do {
            _ = try await committer.attempt(
                inputs, .init(timers: due), .timers, slot: 0, publishesReceipts: false, refusesEarly: true)
        } catch let error where !Task.isCancelled && error.willNotPass {
            throw TimerDefect(timer: first.key, reason: error)
        }
        for timer in due { metrics.lateness.observe(now - timer.due) }
        return (due.count, isLast)
    }
}

/// A batch of timers failed in a way that will not pass; the first of them.
struct TimerDefect: Error {
    let timer: DueTimer.Key
    let reason: any Error
}

extension Error {
    /// Whether the same timers would fail again.
    fileprivate var willNotPass: Bool {
        guard let error = self as? PostgresError else { return !(self is CancellationError) }
        return error.sqlState != .decisionStale && !error.isRetryable && ![.cancelled, .closed].contains(error.reason)
    }
}

/// How often a timer loop looks for what has become due meanwhile: what was set for then need not be told to it.
enum TimerLookout {
    static let pause = Duration.milliseconds(200)
}

enum DueTimerRows {
    /// Those of some shards that are due, the longest due first.
    static func read(
        at now: Instant, _ shards: [Int16], limit: Int, in session: inout Session
    ) throws -> [DueTimer] {
        try session.query(oldest, Parameters(Timestamp(now), shards, Int32(limit)))
            .rows(as: UUID.self, String.self, Int32.self, Int16.self, Int64.self, Timestamp.self, JSON.self)
            .map { subject, kind, ordinal, shard, version, due, cause in
                DueTimer(
                    key: .init(subject: EventID(subject), kind: kind, ordinal: ordinal), shard: shard,
                    due: Instant(due), version: version,
                    cause: try EventJSON.decode(DueTimer.Cause.self, from: cause.utf8))
            }
    }

    /// Plan: the index timer_due from its beginning, until the limit.
    static let oldest = Statement(
        "timer_oldest_due",
        """
        select subject, kind, ordinal, shard, version, due_at, cause from timer
        where due_at <= $1 and shard = any($2)
        order by due_at, subject, kind, ordinal
        limit $3
        """)
}

extension DueTimer {
    /// What a due timer does happened when it was due, and because of what set it.
    var envelope: EventEnvelope {
        EventEnvelope(
            id: EventID.derived(
                from: cause.id, at: due, type: "muster.timer.\(key.kind)", subject: key.subject.description,
                ordinal: Int(key.ordinal)
            ).description,
            source: "muster/clock", type: "muster.timer.\(key.kind)", subject: key.subject.description, time: due,
            correlationID: cause.correlation, causationID: cause.id)
    }
}
