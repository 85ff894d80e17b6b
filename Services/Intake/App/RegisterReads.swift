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

    var endpoint: Endpoint {
        context.get(
            "/v1/registers/{register}/{subject}", "What a register knows of one person, home, place, event or thing",
            about: """
                Each attribute with its history, the latest first. Phone numbers, identity numbers and exact addresses are masked for \
                those who need not see them. Every look is recorded with its purpose, those that are refused as well.
                """,
            for: .people("Whoever is posted to its grid or above it."), [Self.register, Self.subject, Self.purpose],
            example: """
                [{"attribute":"residents","masked":false,"recordedAt":"2026-11-24T01:00:02.000Z","recordedBy":"p-grid-1",
                 "since":"2026-11-24T01:00:00.000Z","value":"3"}]
                """, problems: [.notFound]
        ) { try await facts($0, $1) }
    }

    static let registers = "one of " + Register.allCases.map(\.rawValue).joined(separator: ", ")
    private static let register = Parameter<Register>.path("register", registers, Register.schema) {
        Register(rawValue: $0)
    }
    private static let subject = Parameter<String>.path(
        "subject", "the sender's id of it: \(Identifier.rule)", Identifier.schema
    ) { Identifier.isValid($0) ? $0 : nil }
    private static let purpose = Parameter<String>.text("purpose", "why it is looked at; it is recorded", maximum: 200)

    private struct FactView: Codable {
        let attribute: String
        let value: String
        /// Phone numbers, identity numbers and exact addresses are not shown whole.
        let masked: Bool
        let since: Instant
        let recordedBy: String
        let recordedAt: Instant
    }

    /// Its facts with their history, the latest first.
    private func facts(_ request: RequestContext, _ identity: Identity) async throws -> [FactView] {
        let register = try Self.register(request).rawValue
        let subject = try Self.subject(request)
        let purpose = try Self.purpose(request)
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
        return try rows.map { row in
            let key = FactKey(
                register: register, subject: subject, attribute: row.0, since: row.2, visit: EventID(row.3))
            let value = try columns.open(row.1, key)
            let shown = disclosure.shown(value, of: row.0)
            return FactView(
                attribute: row.0, value: shown, masked: shown != value, since: Instant(row.2), recordedBy: row.4,
                recordedAt: Instant(row.5))
        }
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
