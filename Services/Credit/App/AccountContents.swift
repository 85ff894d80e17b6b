import Contracts
import Postgres
import ServiceKit

/// All that is known of one account.
struct AccountContents {
    private(set) var events: [CreditedEvent] = []
    private(set) var entries: [CreditEntry] = []
    private(set) var consent: Consent?

    static func load(_ account: Account, in session: inout Session) throws -> AccountContents {
        var contents = AccountContents()
        let subject = Parameters(account.description)
        try session.pipeline([
            Request(findEvents, subject), Request(findEntries, subject), ConsentRows.find([account]),
        ]) { index, result throws(PostgresError) in
            switch index {
            case 0: contents.events = try CreditedEvent.read(result)
            case 1: contents.entries = try CreditEntry.read(result)
            default: contents.consent = try ConsentRows.read(result)[account]
            }
        }
        return contents
    }

    private static let findEvents = Statement(
        "account_events", "select \(CreditedEvent.columns) from credited as c where subject = $1")
    private static let findEntries = Statement(
        "account_entries", "select \(CreditEntry.columns) from entry as e where subject = $1")
}
