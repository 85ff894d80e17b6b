import Contracts
import HTTPServer
import Postgres
import ServiceKit

/// A person's own inbox. Nobody reads another's.
struct InboxRoutes: Sendable {
    let context: ServiceContext<NotifyHandler>
    let bell: Bell

    var all: [Route] {
        [
            Route(.get, "/v1/inbox") { try await page($0) },
            Route(.get, "/v1/inbox/events") { try await events($0) },
            Route(.post, "/v1/inbox/read") { try await markRead($0) },
        ]
    }

    private struct Page: Encodable {
        let notices: [InboxEntry]
        /// For `before` of the next page; missing on the last one.
        let next: Int64?
        /// The number of the newest.
        let last: Int64
        let unread: Int64
    }

    /// The newest first; `before` goes on from the last number of a page.
    private func page(_ request: RequestContext) async throws -> Response {
        let person = try person(request)
        try request.query.requireOnly("before", "limit")
        let before = Int64(try request.query.integer("before", in: 1...Int.max, default: Int.max))
        let limit = try request.query.integer("limit", in: 1...500, default: 50)
        let (entries, head) = try await context.read { session in
            let entries = try Inbox.entries(Inbox.before, of: person, before, limit: limit, in: &session)
            let head = try session.query(Inbox.head, Parameters(person.text)).rows(as: Int64.self, Int64.self).first
            return (entries, head ?? (0, 0))
        }
        let next = entries.count == limit ? entries.last?.number : nil
        return try .json(.ok, Page(notices: entries, next: next, last: head.0, unread: head.0 - head.1))
    }

    /// New notices as server-sent events, from `Last-Event-ID` or `after` on; without either, from now on.
    private func events(_ request: RequestContext) async throws -> Response {
        let person = try person(request)
        try request.query.requireOnly("after")
        let asked = try request.query.integer("after", in: 0...Int.max)
        var after = request.header("Last-Event-ID").flatMap { Int64($0) } ?? asked.map { Int64($0) }
        if after == nil {
            after = try await context.read { session in
                try session.query(Inbox.head, Parameters(person.text)).rows(as: Int64.self, Int64.self).first?.0
            }
        }
        return .events(InboxEvents(context: context, bell: bell, person: person, after: after ?? 0))
    }

    private struct Mark: Decodable {
        let upTo: Int64
    }

    private struct Marked: Encodable {
        let unread: Int64
    }

    /// Marks all up to a number as read; doing so again changes nothing.
    private func markRead(_ request: RequestContext) async throws -> Response {
        let person = try person(request)
        let mark = try request.decodeJSON(Mark.self)
        let unread = try await context.read { session in
            try session.query(Self.mark, Parameters(person.text, mark.upTo)).rows(as: Int64.self)
        }
        return try .json(.ok, Marked(unread: unread.first ?? 0))
    }

    private static let mark = Statement(
        "inbox_mark",
        """
        update inbox_head set read_up_to = greatest(read_up_to, least($2, last)) where recipient = $1
        returning last - read_up_to
        """)

    private func person(_ request: RequestContext) throws(Problem) -> PersonID {
        guard let person = try context.authenticator.identity(of: request).person else {
            throw Problem(.forbidden, detail: "An inbox is a person's own: use a person's token.")
        }
        return person
    }
}
