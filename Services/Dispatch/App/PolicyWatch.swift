import Contracts
import Postgres
import ServiceKit
import Telemetry

/// Looks, when a replica starts and whenever a version of the rules begins to hold, whether deadlines were computed by another
/// calendar or other rules; if so, every open case is to be computed anew, by timers that are due at once and so act once, on
/// whichever replica.
///
/// Also says so where the calendar ends too soon: a year without one is worked by the weekend alone.
struct PolicyWatch: Sendable {
    static let timerKind = "reschedule"

    let context: ServiceContext<DispatchHandler>

    func run() async {
        while !context.clock.isSet, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(100)) }
        if Task.isCancelled { return }
        warnOfMissingYears()
        var looked: Int?
        while !Task.isCancelled {
            let now = context.clock.now()
            let policy = context.writes.handler.policy(at: now)
            if looked != policy.triage.version, await look(policy, at: now) { looked = policy.triage.version }
            try? await Task.sleep(for: .seconds(2))
        }
    }

    /// - Returns: false where the database was not there.
    private func look(_ policy: CasePolicy, at now: Instant) async -> Bool {
        do {
            let count = try await Self.look(policy, context.pool, at: now)
            if count > 0 {
                context.log.notice(
                    "the calendar or the rules have changed: the deadlines of open cases are computed anew",
                    metadata: [.count: "\(count)"])
            }
            return true
        } catch {
            context.log.warning(
                "whether the calendar has changed could not be looked up yet", metadata: [.error: "\(error)"])
            return false
        }
    }

    private func warnOfMissingYears() {
        let missing = Self.yearsMissing(context.writes.handler.policy, at: context.clock.now())
        guard let first = missing.first else { return }
        context.log.warning(
            "deadlines may fall in a year that the calendar does not have: give its holidays in MUSTER_DISPATCH_CALENDAR",
            metadata: [.count: "\(first)"])
    }

    /// The years without a calendar in which a deadline of today may fall.
    static func yearsMissing(_ policy: CasePolicy, at now: Instant) -> [Int] {
        policy.calendar.deadline(.workDays(60), after: now).unknownYears
    }

    /// - Returns: how many cases are to be computed anew; 0 where nothing has changed, or another replica was first.
    static func look(_ policy: CasePolicy, _ pool: PostgresPool, at now: Instant) async throws -> Int {
        let fingerprint = policy.fingerprint
        return try await pool.run { session in try PolicyInForce.replace(by: fingerprint, at: now, in: &session) }
    }
}
