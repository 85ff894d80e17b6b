import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// Consents as rows.
enum ConsentRows {
    static func find(_ accounts: [Account]) -> Request {
        Request(findChanges, Parameters(accounts.map(\.description)))
    }

    private static let findChanges = Statement(
        "consent_find", "select subject, changed_at, id, given from consent where subject = any($1)")

    static func read(_ result: borrowing QueryResult) throws(PostgresError) -> [Account: Consent] {
        let rows = try result.rows(as: String.self, Timestamp.self, UUID.self, Bool.self)
        var changes: [Account: [Consent.Change]] = [:]
        for (subject, at, id, isGiven) in rows {
            guard let account = Account(subject) else { continue }
            changes[account, default: []].append(.init(at: Instant(at), id: EventID(id), isGiven: isGiven))
        }
        return changes.mapValues { Consent($0) }
    }
}
