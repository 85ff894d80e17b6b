import Contracts
import FoundationEssentials
import Postgres

/// Sends of which nobody will report any more: their lease is over, their replica is dead, or it lives again and has
/// forgotten them.
enum Lapses {
    static func find(
        _ claimant: Claimant, in session: inout Session
    ) throws -> [(notice: EventID, attempt: Int)] {
        try session.query(find, Parameters(claimant.replica, claimant.run.uuid))
            .rows(as: UUID.self, Int32.self).map { (EventID($0.0), Int($0.1)) }
    }

    /// Plan: the index delivery_sending, which holds no more than is being sent. A replica says that it lives every
    /// second or two.
    private static let find = Statement(
        "delivery_find_lapsed",
        """
        select notice, attempt from delivery
        where state = 'sending' and (
            lease_until < clock_timestamp() or claimed_by = $1 and claimed_run <> $2
            or not exists (
                select from replica where id = claimed_by and seen_at > clock_timestamp() - interval '10 seconds'))
        order by notice limit 500
        """)
}
