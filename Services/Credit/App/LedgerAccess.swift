import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// Who may look into a ledger: its subject at any time; the city's staff for a purpose, which is recorded and which the
/// subject can read.
struct LedgerAccess: Sendable {
    let context: ServiceContext<CreditHandler>

    static let purpose = Parameter<String?>.text(
        "purpose", "why another's ledger is read; recorded, and shown to its subject", maximum: Limit.label)

    /// - Parameter what: the part of the ledger that is shown.
    /// - Throws: `Problem` for whoever may not, and for a reader who gives no purpose.
    func admit(_ identity: Identity, to account: Account, _ what: String, _ request: RequestContext) async throws {
        guard let person = identity.person else {
            throw Problem(.forbidden, detail: "A ledger is shown to people only: use a person's token.")
        }
        if account == Account(kind: Account.person, id: person.text) { return }
        if account.kind == SubjectKind.department.rawValue, let department = DepartmentCode(account.id),
            try await speaks(person, for: department)
        {
            return
        }
        try await context.requireReach(identity, nil)
        guard let purpose = try Self.purpose(request), !purpose.isEmpty else {
            throw Problem(
                .invalidParameter,
                errors: [.init(parameter: "purpose", "must be given by whoever reads another's ledger: it is recorded")]
            )
        }
        try await record(person, account, what, purpose)
    }

    func speaks(_ person: PersonID, for department: DepartmentCode) async throws -> Bool {
        var lookup = DirectoryLookup()
        lookup.need(person)
        let asked = lookup
        let directory = try await context.read { session in try asked.load(in: &session) }
        return directory.speaks(person, for: department, at: context.clock.now())
    }

    func record(_ reader: PersonID, _ account: Account, _ what: String, _ purpose: String) async throws {
        let now = context.clock.now()
        let id = EventID.v7(at: MachineClock.now())
        try await context.read { session in
            _ = try session.query(
                Self.enter,
                Parameters(account.description, Timestamp(now), id.uuid, reader.text, what, purpose))
        }
    }

    private static let enter = Statement(
        "access_enter",
        "insert into access (subject, read_at, id, reader, what, purpose) values ($1, $2, $3, $4, $5, $6)")

    /// Who has looked, the latest first.
    func readers(of account: Account, limit: Int) async throws -> [AccessView] {
        let rows = try await context.read { session in
            try session.query(Self.find, Parameters(account.description, Int32(limit)))
                .rows(as: Timestamp.self, String.self, String.self, String.self)
        }
        return rows.map { AccessView(at: Instant($0.0), reader: $0.1, what: $0.2, purpose: $0.3) }
    }

    private static let find = Statement(
        "access_find",
        "select read_at, reader, what, purpose from access where subject = $1 order by read_at desc, id desc limit $2")
}

struct AccessView: Codable {
    let at: Instant
    let reader: String
    let what: String
    let purpose: String
}
