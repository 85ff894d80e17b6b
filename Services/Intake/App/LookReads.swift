import Contracts
import HTTPServer
import Postgres
import ServiceKit

/// Who looked at whom, for the city's auditors: they see the looks, and nothing of what was looked at.
struct LookReads: Sendable {
    let context: ServiceContext<IntakeHandler>

    var endpoint: Endpoint {
        context.get(
            "/v1/looks", "Who looked at whom in the registers, the newest first",
            about: "`person`, or `register` and `subject`, narrow them down.", for: .people("The city's auditors."),
            [Self.person, Self.register, Self.subject, Self.before, Self.limit],
            example: """
                {"looks":[{"at":"2026-11-24T01:00:00.000Z","person":"p-grid-1","purpose":"a call for help",
                 "register":"homes","shown":"masked","subject":"home-1"}]}
                """
        ) { try await looks($0, $1) }
    }

    private static let person = Parameter<String?>.text("person", "only the looks of this person")
    private static let register = Parameter<String?>.text("register", "only into this register")
    private static let subject = Parameter<String?>.text("subject", "only at this subject")
    private static let before = Parameter<Int64?>.cursor("before") { Int64($0) }
    private static let limit = Parameter<Int>.limit()

    private struct LookView: Codable {
        let person: String
        let register: String
        let subject: String
        let purpose: String
        /// `whole`, `masked` or `refused`.
        let shown: String
        let at: Instant
    }

    private struct LookPage: Codable {
        let looks: [LookView]
        /// For `before` of the next page; missing on the last one.
        let next: String?
    }

    /// The newest first; `person`, or `register` and `subject`, narrow them down.
    private func looks(_ request: RequestContext, _ identity: Identity) async throws -> LookPage {
        guard try await context.roles(of: identity, reaching: nil).contains(.auditor) else {
            throw Problem(.forbidden, detail: "This is for the city's auditors.")
        }
        let person = try Self.person(request)
        let register = try Self.register(request)
        let subject = try Self.subject(request)
        let before = try Self.before(request)
        let limit = try Self.limit(request)
        let rows = try await context.read { session in
            try session.query(
                Self.list, Parameters(person, register, subject, before ?? Int64.max, Int32(limit))
            ).rows(
                as: Int64.self, String.self, String.self, String.self, String.self, String.self, Timestamp.self)
        }
        let looks = rows.map {
            LookView(person: $0.1, register: $0.2, subject: $0.3, purpose: $0.4, shown: $0.5, at: Instant($0.6))
        }
        let next = rows.count < limit ? nil : rows.last.map { String($0.0) }
        return LookPage(looks: looks, next: next)
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
