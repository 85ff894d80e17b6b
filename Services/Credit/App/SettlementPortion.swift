import FoundationEssentials
import Postgres
import ServiceKit

/// How many accounts are settled together: as many as have so many events to be looked at.
///
/// Settling an item takes all events of its period, up to a year of them, and a batch holds them with what is made of them until it is
/// committed. Five hundred accounts may be five hundred events or a million, so it is the events that are bounded: some kilobytes
/// each while they are worked on.
///
/// It is an estimate before the batch begins and nothing rests on it: what comes in meanwhile changes the account's timer, and
/// then the batch is not written.
struct SettlementPortion: Sendable {
    /// Events of one batch, unless the first account alone has more.
    var bound: Int32 = 10_000

    func count(of due: [DueTimer], in session: inout Session) throws -> Int {
        let parameters = Parameters(
            due.map(\.key.subject.uuid), due.map { Pace(timerKind: $0.key.kind)?.rawValue ?? "" }, bound)
        return Int(try session.query(Self.find, parameters).value(Int32.self, row: 0, column: 0))
    }

    /// Account by account until there are enough, so that it reads no more than the bound of what may be much. Periods have ended
    /// where late events are settled, which this does not know, and a changed consent may reach back to the beginning of any: it
    /// counts too much then rather than too little.
    ///
    /// Plan: for each account the marks by a prefix of their key, and for each mark the key of `credited` alone.
    private static let find = Statement(
        "settlement_portion",
        """
        with recursive taken (accounts, events) as (
            select 0, 0::int8
            union all
            select accounts + 1, events + (
                select coalesce(sum(loaded.events), 0)::int8
                from unsettled cross join lateral (
                    select count(*) as events from (
                        select from credited
                        where credited.subject = unsettled.subject and credited.item = unsettled.item
                            and credited.occurred_at >= unsettled.since
                        limit $3
                    ) as one
                    where unsettled.item <> ''
                    union all
                    select count(*) from (
                        select from credited where credited.subject = unsettled.subject limit $3
                    ) as all_items
                    where unsettled.item = ''
                ) as loaded
                where unsettled.account = ($1::uuid[])[accounts + 1] and unsettled.pace = ($2::text[])[accounts + 1]
            )
            from taken where accounts < cardinality($1::uuid[]) and events <= $3
        )
        select coalesce(max(accounts) filter (where events <= $3), 0) from taken
        """)
}
