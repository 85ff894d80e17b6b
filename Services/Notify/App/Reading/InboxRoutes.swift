import Contracts
import HTTPServer
import Postgres
import ServiceKit

/// A person's own inbox. Nobody reads another's.
struct InboxRoutes: Sendable {
    let context: ServiceContext<NotifyHandler>
    let feed: Feed<InboxFeed.Arrival>

    var all: [Endpoint] {
        let own = ServiceKit.Audience.people("The person whose inbox it is: nobody reads another's.")
        return [
            context.get(
                "/v1/inbox", "One's own inbox, the newest first", for: own, [Self.before, Self.limit],
                example: """
                    {"last":1,"notices":[{"at":"2026-11-24T01:00:01.000Z","body":"…","event":"muster.case.opened.v1",
                     "language":"zh","notice":"01a20d14-c250-8161-a86c-f842d86e1de1","number":1,
                     "occurredAt":"2026-11-24T01:00:00.000Z","title":"新事件"}],"unread":1}
                    """
            ) { try await page($0, $1) },
            context.events(
                "/v1/inbox/events", "New notices as they come",
                about:
                    "Server-sent events of the type `notice`, from `Last-Event-ID` or `after` on; without either, from now on.",
                for: own, [Self.after]
            ) { try await events($0, $1) },
            context.post(
                "/v1/inbox/read", "Mark all up to a number as read", about: "Doing so again changes nothing.", for: own,
                Mark.self, example: (#"{"upTo":3}"#, #"{"unread":2}"#)
            ) { try Self.markRead($0, $1, &$2) },
        ]
    }

    private static let before = Parameter<Int?>.integer("before", "only those before this number", in: 1...Int.max)
    private static let after = Parameter<Int?>.integer("after", "only those after this number", in: 0...Int.max)
    private static let limit = Parameter<Int>.limit()

    private struct InboxPage: Codable {
        let notices: [InboxEntry]
        /// For `before` of the next page; missing on the last one.
        let next: Int64?
        /// The number of the newest.
        let last: Int64
        let unread: Int64
    }

    /// The newest first; `before` goes on from the last number of a page.
    private func page(_ request: RequestContext, _ identity: Identity) async throws -> InboxPage {
        let person = try Self.person(identity)
        let before = Int64(try Self.before(request) ?? Int.max)
        let limit = try Self.limit(request)
        let (entries, head) = try await context.read { session in
            let entries = try Inbox.entries(Inbox.before, of: person, before, limit: limit, in: &session)
            let head = try session.query(Inbox.head, Parameters(person.text)).rows(as: Int64.self, Int64.self).first
            return (entries, head ?? (0, 0))
        }
        let next = entries.count == limit ? entries.last?.number : nil
        return InboxPage(notices: entries, next: next, last: head.0, unread: head.0 - head.1)
    }

    /// New notices as server-sent events, from `Last-Event-ID` or `after` on; without either, from now on.
    private func events(_ request: RequestContext, _ identity: Identity) async throws -> Response {
        let person = try Self.person(identity)
        let asked = try Self.after(request)
        var after = request.header("Last-Event-ID").flatMap { Int64($0) } ?? asked.map { Int64($0) }
        if after == nil {
            after = try await context.read { session in
                try session.query(Inbox.head, Parameters(person.text)).rows(as: Int64.self, Int64.self).first?.0
            }
        }
        return .events(try FeedStream(feed, InboxFeed.listener(person, after: after ?? 0)))
    }

    private struct Mark: Codable {
        let upTo: Int64
    }

    private struct Marked: Codable {
        let unread: Int64
    }

    /// Marks all up to a number as read; doing so again changes nothing.
    private static func markRead(_ mark: Mark, _ identity: Identity, _ session: inout Session) throws -> Marked {
        let person = try Self.person(identity)
        let unread = try session.query(Self.mark, Parameters(person.text, mark.upTo)).rows(as: Int64.self)
        return Marked(unread: unread.first ?? 0)
    }

    private static let mark = Statement(
        "inbox_mark",
        """
        update inbox_head set read_up_to = greatest(read_up_to, least($2, last)) where recipient = $1
        returning last - read_up_to
        """)

    private static func person(_ identity: Identity) throws(Problem) -> PersonID {
        guard let person = identity.person else {
            throw Problem(.forbidden, detail: "An inbox is a person's own: use a person's token.")
        }
        return person
    }
}
