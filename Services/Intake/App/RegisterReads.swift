import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// What the registers know of a home, a person or a place. Every look is recorded with its purpose, those that are
/// refused as well.
struct RegisterReads: Sendable {
    let context: ServiceContext<IntakeHandler>
    let columns: SealedColumns

    var routes: [Route] { [Route(.get, "/v1/registers/{register}/{subject}") { try await facts($0) }] }

    private static let registers = "one of " + Register.allCases.map(\.rawValue).joined(separator: ", ")

    private struct Fact: Encodable {
        let attribute: String
        let value: String
        /// Phone numbers, identity numbers and exact addresses are not shown whole.
        let masked: Bool
        let since: Instant
        let recordedBy: String
        let recordedAt: Instant
    }

    /// Its facts with their history, the latest first.
    private func facts(_ request: RequestContext) async throws -> Response {
        let identity = try context.authenticator.identity(of: request)
        try request.query.requireOnly("purpose")
        let register = try request.parameter("register", expected: Self.registers) { Register(rawValue: $0)?.rawValue }
        let subject = request.parameter("subject")
        let purpose = try request.query.requiredString("purpose", maximum: 200)
        let grid = try await context.read { session in
            try session.query(Self.gridOf, Parameters(register, subject)).rows(as: String.self).first
        }
        guard let grid = grid.flatMap({ UnitCode($0) }) else {
            throw Problem(.notFound, detail: "The register knows nothing of it.")
        }
        let look = Look(person: identity.person?.text ?? "", register: register, subject: subject, purpose: purpose)
        let disclosure: RegisterDisclosure
        do {
            disclosure = RegisterDisclosure(to: try await context.roles(of: identity, reaching: grid))
        } catch let problem as Problem where identity.person != nil && problem.status == .forbidden {
            try await record(look, shown: "refused")
            throw problem
        }
        // The look is recorded before anything is shown.
        try await record(look, shown: disclosure.rawValue)
        let rows = try await context.read { session in
            try session.query(Self.history, Parameters(register, subject))
                .rows(as: String.self, Bytes.self, Timestamp.self, UUID.self, String.self, Timestamp.self)
        }
        let facts = try rows.map { row in
            let key = FactKey(
                register: register, subject: subject, attribute: row.0, since: row.2, visit: EventID(row.3))
            let value = try columns.open(row.1, key)
            let shown = disclosure.shown(value, of: row.0)
            return Fact(
                attribute: row.0, value: shown, masked: shown != value, since: Instant(row.2), recordedBy: row.4,
                recordedAt: Instant(row.5))
        }
        return try .json(.ok, facts)
    }

    private struct Look {
        let person: String
        let register: String
        let subject: String
        let purpose: String
    }

    private func record(_ look: Look, shown: String) async throws {
        let parameters = Parameters(
            look.person, look.register, look.subject, look.purpose, shown, Timestamp(context.clock.now()))
        _ = try await context.read { session in try session.query(Self.recordLook, parameters).rowCount }
    }

    private static let gridOf = Statement(
        "fact_grid_of", "select grid from fact where register = $1 and subject = $2 order by since desc limit 1")
    private static let recordLook = Statement(
        "look_insert",
        "insert into look (person, register, subject, purpose, shown, looked_at) values ($1, $2, $3, $4, $5, $6)")
    private static let history = Statement(
        "fact_history",
        """
        select attribute, value, since, visit_id, recorded_by, recorded_at from fact
        where register = $1 and subject = $2 order by attribute, since desc
        """)
}
