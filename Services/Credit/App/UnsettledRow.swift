import Contracts
import Postgres

/// A mark that something of an account is to be settled.
struct UnsettledRow: Hashable, Comparable {
    /// Instead of an item's code: all items.
    static let anyItem = ""

    let account: Account
    /// The subject of the account's timers; kept, since it is a digest and rows are sorted by it.
    let timerSubject: EventID
    let pace: Pace
    let item: String
    /// The beginning of the group's period, or from when on everything is meant.
    let since: Instant

    init(account: Account, pace: Pace, item: String, since: Instant) {
        self.account = account
        timerSubject = account.timerSubject
        self.pace = pace
        self.item = item
        self.since = since
    }

    static func < (left: UnsettledRow, right: UnsettledRow) -> Bool { left.order < right.order }

    /// As in the table's key, so that statements which meet in the same rows lock them in the same order.
    private var order: (EventID, Pace, String, Instant) { (timerSubject, pace, item, since) }

    static func insert(_ rows: [UnsettledRow]) -> Request {
        Request(insertRows, parameters(rows, plus: rows.map(\.account.description)))
    }

    /// Waits for whoever is settling the same: afterwards the mark is there, one way or the other.
    private static let insertRows = Statement(
        "unsettled_insert",
        """
        insert into unsettled (account, pace, item, since, subject)
        select * from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[])
            as new (account, pace, item, since, subject)
        order by account, pace, item, since
        on conflict (account, pace, item, since) do update set subject = excluded.subject
        """)

    static func delete(_ rows: [UnsettledRow]) -> Request { Request(deleteRows, parameters(rows)) }

    private static let deleteRows = Statement(
        "unsettled_delete",
        """
        with locked as (
            select account, pace, item, since
            from unsettled join unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[])
                as old (account, pace, item, since) using (account, pace, item, since)
            order by account, pace, item, since
            for update of unsettled
        )
        delete from unsettled using locked
        where unsettled.account = locked.account and unsettled.pace = locked.pace and unsettled.item = locked.item
            and unsettled.since = locked.since
        """)

    private static func parameters(_ rows: [UnsettledRow], plus subjects: [String]? = nil) -> Parameters {
        var parameters = Parameters(
            rows.map(\.timerSubject.uuid), rows.map(\.pace.rawValue), rows.map(\.item),
            rows.map { Timestamp($0.since) })
        if let subjects { parameters.append(subjects) }
        return parameters
    }

    /// The marks of accounts whose timers are due.
    static func find(_ accounts: [(EventID, Pace)]) -> Request {
        Request(findRows, Parameters(accounts.map(\.0.uuid), accounts.map(\.1.rawValue)))
    }

    /// Plan: a scan of the key's prefix per account.
    private static let findRows = Statement(
        "unsettled_find",
        """
        select subject, pace, item, since
        from unnest($1::uuid[], $2::text[]) as due (account, pace) join unsettled using (account, pace)
        """)

    static func read(_ result: borrowing QueryResult) throws(PostgresError) -> [UnsettledRow] {
        try result.rows(as: String.self, String.self, String.self, Timestamp.self).compactMap {
            guard let account = Account($0.0), let pace = Pace(rawValue: $0.1) else { return nil }
            return UnsettledRow(account: account, pace: pace, item: $0.2, since: Instant($0.3))
        }
    }
}
