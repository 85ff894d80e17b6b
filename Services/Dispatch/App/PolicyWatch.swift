import Contracts
import Postgres
import ServiceKit
import Telemetry

/// Sees to it that what is open has its deadlines by the calendar and the rules in force.
///
/// When a replica starts and whenever a version of the rules begins to hold, it puts its policy in force. Then it looks, again and
/// again, for open cases that were computed by another: those of before, and those that a replica which still has the former
/// policy opened or moved since. They get timers and so are computed anew once, on whichever replica.
///
/// Also says so where the calendar ends too soon: a year without one is worked by the weekend alone.
struct PolicyWatch: Sendable {
    static let timerKind = "reschedule"

    let context: ServiceContext<DispatchHandler>
    var pace = Duration.seconds(2)
    /// From one look for cases to the next.
    var interval = Duration.seconds(30)

    func run() async {
        while !context.clock.isSet, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(100)) }
        if Task.isCancelled { return }
        warnOfMissingYears()
        let numbers = context.writes.handler.policyNumber
        var looked: Int?
        var sweptAt: ContinuousClock.Instant?
        while !Task.isCancelled {
            let now = context.clock.now()
            let policy = context.writes.handler.policy(at: now)
            let rules = policy.triage.version
            if looked != rules, let number = await enter(policy, at: now) {
                numbers.set(number, rules: rules)
                (looked, sweptAt) = (rules, nil)
            }
            if looked == rules, sweptAt.map({ $0 + interval <= .now }) ?? true, await sweep(numbers.of(rules: rules)) {
                sweptAt = .now
            }
            try? await Task.sleep(for: pace)
        }
    }

    /// - Returns: nil where the database was not there, or another replica was first.
    private func enter(_ policy: CasePolicy, at now: Instant) async -> Int32? {
        do {
            return try await Self.enter(policy, context.pool, at: now)
        } catch {
            context.log.warning(
                "whether the calendar has changed could not be looked up yet", metadata: [.error: "\(error)"])
            return nil
        }
    }

    /// - Returns: false where the database was not there.
    private func sweep(_ number: Int32) async -> Bool {
        do {
            let count = try await Self.sweep(below: number, context.pool, at: context.clock.now())
            if count > 0 {
                context.log.notice(
                    "open cases have deadlines by another calendar or other rules: they are computed anew",
                    metadata: [.count: "\(count)"])
            }
            return true
        } catch {
            context.log.warning(
                "open cases could not be looked through yet", metadata: [.error: "\(error)"])
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

    /// - Returns: the number under which the policy is in force.
    static func enter(_ policy: CasePolicy, _ pool: PostgresPool, at now: Instant) async throws -> Int32 {
        let fingerprint = policy.fingerprint
        return try await pool.run { session in try PolicyInForce.enter(fingerprint, at: now, in: &session) }
    }

    /// Page by page, each with a connection and a transaction of its own. The timers of a page are due a second after those of the
    /// one before, so that they let others through.
    ///
    /// - Returns: how many timers were set.
    static func sweep(below number: Int32, _ pool: PostgresPool, at now: Instant) async throws -> Int {
        var cursor: PolicyInForce.Cursor? = .first
        var (page, count) = (0, 0)
        while let after = cursor {
            let due = now + .seconds(page)
            let (next, set) = try await pool.run { session in
                try PolicyInForce.sweep(below: number, after: after, due: due, in: &session)
            }
            cursor = next
            count += set
            page += 1
        }
        return count
    }
}
