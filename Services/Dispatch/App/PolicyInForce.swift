import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// By which calendar and rules the deadlines of open cases were computed last.
enum PolicyInForce {
    static func last(in session: inout Session) throws(PostgresError) -> String? {
        try session.query(known).rows(as: String.self).first
    }

    /// Remembers a policy, and sets a timer for each open case where it is another one than before.
    ///
    /// - Returns: how many cases are to be computed anew; 0 where nothing has changed, or another replica was first.
    static func replace(by fingerprint: String, at now: Instant, in session: inout Session) throws(PostgresError) -> Int
    {
        let before = try last(in: &session)
        if before == fingerprint { return 0 }
        // The first replica ever has nothing to compare with.
        let open = before == nil ? [] : try session.query(open).rows(as: UUID.self).map { EventID($0) }
        let id = EventID.derived(from: fingerprint, at: now, type: "muster.policy", subject: "dispatch")
        let cause = #"{"correlation":"\#(id)","id":"\#(id)"}"#
        let requests = [
            Request(remember, Parameters(fingerprint, Timestamp(now), before)),
            Request(
                wind,
                Parameters(
                    open.map(\.uuid), open.map { Shard.of($0.description.utf8) }, PolicyWatch.timerKind, Timestamp(now),
                    JSON(utf8: Array(cause.utf8)))),
        ]
        do throws(PostgresError) { try session.pipeline(requests) { _, _ in } } catch {
            guard error.sqlState == .decisionStale else { throw error }
            return 0
        }
        return open.count
    }

    private static let known = Statement(
        "policy_last", "select fingerprint from policy_in_force order by number desc limit 1")
    private static let open = Statement(
        "policy_open_cases", "select id from matter where status in ('assigned', 'accepted', 'in-hand') order by id")

    /// Whoever is second finds the number taken, or another policy in force than the one it compared with.
    private static let remember = Statement(
        "policy_remember",
        """
        with last as (select number, fingerprint from policy_in_force order by number desc limit 1),
        stored as (
            insert into policy_in_force (number, fingerprint, since)
            select coalesce((select number from last), 0) + 1, $1, $2
            where (select fingerprint from last) is not distinct from $3::text
            on conflict do nothing
            returning 1
        )
        select expect_rows('policy_in_force', (select count(*) from stored), 1)
        """)

    /// A timer of before gets another version: a replica that is just acting on it by the former policy has to begin again.
    private static let wind = Statement(
        "policy_wind",
        """
        insert into timer (subject, kind, ordinal, shard, version, due_at, cause)
        select subject, $3, 0, shard, 1, $4, $5 from unnest($1::uuid[], $2::int2[]) as case_ (subject, shard)
        order by subject
        on conflict (subject, kind, ordinal) do update
            set version = timer.version + 1, due_at = excluded.due_at, cause = excluded.cause
        """)
}
