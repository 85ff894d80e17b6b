import Contracts
import HTTPServer
import Postgres
import ServiceKit

/// Who looked at whom, for the city's auditors: they see the looks, and nothing of what was looked at.
struct LookReads: Sendable {
    let context: ServiceContext<IntakeHandler>

    var route: Route { Route(.get, "/v1/looks") { try await looks($0) } }

    private struct Look: Encodable {
        let person: String
        let register: String
        let subject: String
        let purpose: String
        /// `whole`, `masked` or `refused`.
        let shown: String
        let at: Instant
    }

    private struct Page: Encodable {
        let looks: [Look]
        /// For `before` of the next page; missing on the last one.
        let next: String?
    }

    /// The newest first; `person`, or `register` and `subject`, narrow them down.
    private func looks(_ request: RequestContext) async throws -> Response {
        let identity = try context.authenticator.identity(of: request)
        try request.query.requireOnly("person", "register", "subject", "before", "limit")
        guard try await context.roles(of: identity, reaching: nil).contains(.auditor) else {
            throw Problem(.forbidden, detail: "This is for the city's auditors.")
        }
        let person = try request.query.string("person")
        let register = try request.query.string("register")
        let subject = try request.query.string("subject")
        let before = try request.query.value("before", expected: "the `next` of a page") { Int64($0) }
        let limit = try request.query.integer("limit", in: 1...500, default: 50)
        let rows = try await context.read { session in
            try session.query(
                Self.list, Parameters(person, register, subject, before ?? Int64.max, Int32(limit))
            ).rows(
                as: Int64.self, String.self, String.self, String.self, String.self, String.self, Timestamp.self)
        }
        let looks = rows.map {
            Look(person: $0.1, register: $0.2, subject: $0.3, purpose: $0.4, shown: $0.5, at: Instant($0.6))
        }
        let next = rows.count < limit ? nil : rows.last.map { String($0.0) }
        return try .json(.ok, Page(looks: looks, next: next))
    }

    /// Plan: the primary key backwards, or the index of the person or subject, until the page is full.
    private static let list = Statement(
        "look_list",
        """
        select id, person, register, subject, purpose, shown, looked_at from look
        where ($1::text is null or person = $1) and ($2::text is null or register = $2)
            and ($3::text is null or subject = $3) and id < $4
        order by id desc limit $5
        """)
}
