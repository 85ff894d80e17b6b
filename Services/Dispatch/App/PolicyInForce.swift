import Contracts
import FoundationEssentials
import Postgres
import ServiceKit
import Synchronization

/// By which calendar and rules the deadlines of open cases are to be computed, and which cases still have them by others.
enum PolicyInForce {
    struct Last: Sendable, Equatable {
        /// Counts up with each change.
        let number: Int32
        let fingerprint: String
    }

    static func last(in session: inout Session) throws(PostgresError) -> Last? {
        try session.query(known).rows(as: Int32.self, String.self).first.map { Last(number: $0.0, fingerprint: $0.1) }
    }

    /// Puts a policy in force, unless it is.
    ///
    /// - Returns: its number.
    /// - Throws: `decisionStale` where another replica was first.
    static func enter(_ fingerprint: String, at now: Instant, in session: inout Session) throws(PostgresError) -> Int32
    {
        let before = try last(in: &session)
        if let before, before.fingerprint == fingerprint { return before.number }
        let number = (before?.number ?? 0) + 1
        _ = try session.query(remember, Parameters(fingerprint, Timestamp(now), number)).rowCount
        return number
    }

    /// Sets a timer for a page of the open cases whose deadlines were computed by another policy than the one in force: as
    /// long as that is this one. Cases that have such a timer keep it.
    ///
    /// - Returns: where the page ended, nil on the last one; and how many timers were set.
    static func sweep(
        below number: Int32, after cursor: Cursor, due: Instant, in session: inout Session
    ) throws(PostgresError) -> (next: Cursor?, set: Int) {
        let rows = try session.query(stale, Parameters(number, cursor.policy, cursor.id.uuid, Int32(page)))
            .rows(as: Int32.self, UUID.self)
        guard let last = rows.last else { return (nil, 0) }
        let ids = rows.map { EventID($0.1) }
        let id = EventID.derived(from: "\(number)", at: due, type: "muster.policy", subject: "dispatch")
        let cause = DueTimer.Cause(id: id.description, correlation: id.description)
        let set = try session.query(
            wind,
            Parameters(
                ids.map(\.uuid), ids.map { Shard.of($0.description.utf8) }, PolicyWatch.timerKind, Timestamp(due),
                JSON(utf8: (try? EventJSON.encode(cause)) ?? []))
        ).value(Int64.self, row: 0, column: 0)
        let next = rows.count < page ? nil : Cursor(policy: last.0, id: EventID(last.1))
        return (next, Int(set))
    }

    struct Cursor: Sendable, Equatable {
        let policy: Int32
        let id: EventID

        static let first = Cursor(policy: -1, id: CaseCursor.first.id)
    }

    static let page = 1_000

    /// Plan: the primary key backwards, one row.
    static let known = Statement(
        "policy_last", "select number, fingerprint from policy_in_force order by number desc limit 1")

    /// Plan: the index matter_policy from the cursor, until the limit.
    static let stale = Statement(
        "policy_open_cases",
        """
        select policy, id from matter
        where status in ('assigned', 'accepted', 'in-hand') and policy < $1 and (policy, id) > ($2, $3)
            and $1 = (select max(number) from policy_in_force)
        order by policy, id limit $4
        """)

    /// Whoever is second finds the number taken.
    static let remember = Statement(
        "policy_remember",
        """
        with stored as (
            insert into policy_in_force (fingerprint, since, number) values ($1, $2, $3)
            on conflict do nothing
            returning 1
        )
        select expect_rows('policy_in_force', (select count(*) from stored), 1)
        """)

    static let wind = Statement(
        "policy_wind",
        """
        with set_now as (
            insert into timer (subject, kind, ordinal, shard, version, due_at, cause)
            select subject, $3, 0, shard, 1, $4, $5 from unnest($1::uuid[], $2::int2[]) as case_ (subject, shard)
            order by subject
            on conflict (subject, kind, ordinal) do nothing
            returning 1
        )
        select count(*)::int8 from set_now
        """)
}

/// The number of this replica's own policy, once it is known: what its decisions are stamped with. As long as it is not, they are
/// stamped with the lowest one, and looked at again.
final class PolicyNumber: Sendable {
    private let known = Mutex<(rules: Int, number: Int32)?>(nil)

    func set(_ number: Int32, rules: Int) { known.withLock { $0 = (rules, number) } }

    /// - Parameter rules: the version that it is decided by.
    func of(rules: Int) -> Int32 { known.withLock { $0.flatMap { $0.rules == rules ? $0.number : nil } ?? 0 } }
}
