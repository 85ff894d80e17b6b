import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// One notice in a person's inbox.
struct InboxEntry: Codable, Sendable {
    /// Counts up, one for each notice of the person.
    let number: Int64
    let notice: EventID
    /// The type of the event that it tells of.
    let event: String
    let `case`: EventID?
    let title: String
    let body: String
    let language: String
    /// When it happened.
    let occurredAt: Instant
    /// When it came into the inbox.
    let at: Instant

    fileprivate static func read(_ result: borrowing QueryResult) throws(PostgresError) -> [InboxEntry] {
        try result.rows(
            as: Int64.self, UUID.self, String.self, UUID?.self, String.self, String.self, String.self, Timestamp.self,
            Timestamp.self
        ).map {
            InboxEntry(
                number: $0.0, notice: EventID($0.1), event: $0.2, case: $0.3.map { EventID($0) }, title: $0.4,
                body: $0.5, language: $0.6, occurredAt: Instant($0.7), at: Instant($0.8))
        }
    }
}

/// What people read in their inboxes.
enum Inbox {
    fileprivate static let columns = """
        number, notice.id, event_type, case_id, title, body, language, occurred_at, recorded_at
        from inbox join notice on notice.id = inbox.notice
        """

    /// The newest before a number. Plan: the primary key of inbox backwards, then that of notice.
    static let before = Statement(
        "inbox_before",
        "select \(columns) where inbox.recipient = $1 and number < $2 order by number desc limit $3")

    /// The next after a number. Plan: the primary key of inbox, then that of notice.
    static let after = Statement(
        "inbox_after", "select \(columns) where inbox.recipient = $1 and number > $2 order by number limit $3")

    static func entries(
        _ statement: Statement, of person: PersonID, _ number: Int64, limit: Int, in session: inout Session
    ) throws -> [InboxEntry] {
        try InboxEntry.read(session.query(statement, Parameters(person.text, number, Int32(limit))))
    }

    static let head = Statement("inbox_head", "select last, read_up_to from inbox_head where recipient = $1")
}

/// Everybody's new notices as they come, read once for all who listen in this process.
enum InboxFeed {
    /// A notice and whose it is.
    struct Arrival: Sendable {
        let recipient: PersonID
        let entry: InboxEntry
    }

    static let source = Feed<Arrival>.Source(
        read: { session, after, limit in
            try InboxEntry.arrivals(
                session.query(new, Parameters(String(after.transaction), after.number, Int32(limit))))
        },
        end: { session in
            try session.query(end).rows(as: Int64.self, Int64.self).first.map {
                Feed.Position(transaction: $0.0, number: $0.1)
            } ?? .start
        })

    /// One person's own, from a number on.
    static func listener(_ person: PersonID, after number: Int64) -> FeedStream<Arrival, Int64>.Listener {
        FeedStream<Arrival, Int64>.Listener(
            person: person.text, after: number, key: \.item.entry.number, isHers: { $0.recipient == person },
            missed: { session, after, limit in
                let entries = try Inbox.entries(Inbox.after, of: person, after, limit: limit, in: &session)
                return (
                    entries.map { ($0.number, Arrival(recipient: person, entry: $0)) }, entries.last?.number ?? after
                )
            },
            event: { number, arrival in
                guard let json = try? EventJSON.encode(arrival.entry) else { return nil }
                return ServerSentEvent(id: "\(number)", event: "notice", data: String(decoding: json, as: UTF8.self))
            })
    }

    /// Plan: the index inbox_change from there on, then the primary key of notice.
    private static let new = Statement(
        "inbox_new",
        """
        select transaction::text::int8, change, inbox.recipient, \(Inbox.columns)
        where (transaction, change) > ($1::text::xid8, $2) and transaction < pg_snapshot_xmin(pg_current_snapshot())
        order by transaction, change limit $3
        """)

    /// Plan: the end of the index inbox_change.
    private static let end = Statement(
        "inbox_new_end",
        """
        select transaction::text::int8, change from inbox
        where transaction < pg_snapshot_xmin(pg_current_snapshot()) order by transaction desc, change desc limit 1
        """)
}

extension InboxEntry {
    fileprivate static func arrivals(
        _ result: borrowing QueryResult
    ) throws(PostgresError) -> [Feed<InboxFeed.Arrival>.Entry] {
        try result.rows(
            as: Int64.self, Int64.self, String.self, Int64.self, UUID.self, String.self, UUID?.self, String.self,
            String.self, String.self, Timestamp.self, Timestamp.self
        ).compactMap { row in
            guard let recipient = PersonID(row.2) else { return nil }
            let entry = InboxEntry(
                number: row.3, notice: EventID(row.4), event: row.5, case: row.6.map { EventID($0) }, title: row.7,
                body: row.8, language: row.9, occurredAt: Instant(row.10), at: Instant(row.11))
            return Feed.Entry(
                Feed.Position(transaction: row.0, number: row.1), InboxFeed.Arrival(recipient: recipient, entry: entry))
        }
    }
}
