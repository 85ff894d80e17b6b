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
    private static let columns = """
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

/// A person's new notices as they come: a sequence that asks the database when the bell rings, and never holds more than a
/// page.
struct InboxEvents: AsyncSequence, Sendable {
    typealias Failure = Never

    let context: ServiceContext<NotifyHandler>
    let bell: Bell
    let person: PersonID
    let after: Int64

    func makeAsyncIterator() -> Iterator { Iterator(self) }

    struct Iterator: AsyncIteratorProtocol {
        private let source: InboxEvents
        private var rings: AsyncStream<Void>.Iterator
        private var last: Int64
        private var page: [InboxEntry] = []

        /// The bell rings for everybody's notices.
        private static let pause = Duration.milliseconds(100)

        init(_ source: InboxEvents) {
            self.source = source
            rings = source.bell.rings().makeAsyncIterator()
            last = source.after
        }

        mutating func next() async -> ServerSentEvent? {
            await next(isolation: nil)
        }

        mutating func next(isolation actor: isolated (any Actor)?) async -> ServerSentEvent? {
            while page.isEmpty {
                guard await rings.next(isolation: actor) != nil else { return nil }
                page = await source.page(after: last)
                if page.isEmpty { try? await Task.sleep(for: Self.pause) }
            }
            let entry = page.removeFirst()
            last = entry.number
            guard let json = try? EventJSON.encode(entry) else { return nil }
            return ServerSentEvent(
                id: "\(entry.number)", event: "notice", data: String(decoding: json, as: UTF8.self))
        }
    }

    /// Newest last; empty also when the database is away, since the next ring asks again.
    private func page(after number: Int64) async -> [InboxEntry] {
        let person = person
        return
            (try? await context.pool.run { session in
                try Inbox.entries(Inbox.after, of: person, number, limit: 100, in: &session)
            }) ?? []
    }
}
