import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// All that settling rests on: the events and entries of groups, and the consents of their accounts.
struct GroupContents {
    private(set) var events: [CreditedEvent] = []
    private(set) var entries: [CreditEntry] = []
    private(set) var consents: [Account: Consent] = [:]

    static func load(
        _ groups: [SettlementGroup], of accounts: Set<Account>, by rules: CreditRules, in session: inout Session
    ) throws -> GroupContents {
        let spans = groups.map { rules.calendar.span(of: $0.period) }
        var parameters = Parameters(groups.map(\.account.description), groups.map(\.item))
        parameters.append(spans.map { Timestamp($0.lowerBound) })
        parameters.append(spans.map { Timestamp($0.upperBound) })
        var contents = GroupContents()
        try session.pipeline([
            Request(findEvents, parameters), Request(findEntries, parameters),
            ConsentRows.find(accounts.sorted()),
        ]) { index, result throws(PostgresError) in
            switch index {
            case 0: contents.events = try CreditedEvent.read(result)
            case 1: contents.entries = try CreditEntry.read(result)
            default: contents.consents = try ConsentRows.read(result)
            }
        }
        return contents
    }

    /// Plan: a scan of the key per group, in its order.
    private static let findEvents = Statement(
        "group_events",
        """
        select \(CreditedEvent.columns)
        from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) as wanted (subject, item, since, until)
        join credited as c on c.subject = wanted.subject and c.item = wanted.item
            and c.occurred_at >= wanted.since and c.occurred_at < wanted.until
        """)

    private static let findEntries = Statement(
        "group_entries",
        """
        select \(CreditEntry.columns)
        from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) as wanted (subject, rule, since, until)
        join entry as e on e.subject = wanted.subject and e.rule = wanted.rule
            and e.occurred_at >= wanted.since and e.occurred_at < wanted.until
        """)
}

extension CreditedEvent {
    /// Of the table under the name `c`, in the order of `read`.
    static let columns =
        "c.id, c.kind, c.subject, c.item, c.occurred_at, c.quantity, c.unit, c.source, c.cause, c.correlation"

    static func read(_ result: borrowing QueryResult) throws(PostgresError) -> [CreditedEvent] {
        try result.rows(
            as: UUID.self, String.self, String.self, String.self, Timestamp.self, Int64.self, String.self, String.self,
            String.self, String.self
        ).compactMap { row in
            guard let account = Account(row.2), let kind = SubjectKind(rawValue: row.1), let unit = UnitCode(row.6)
            else { return nil }
            return CreditedEvent(
                id: EventID(row.0), subject: Subject(kind: kind, id: account.id), item: row.3,
                occurredAt: Instant(row.4), quantity: Int(row.5), unit: unit,
                cause: Cause(source: row.7, id: row.8, correlation: row.9))
        }
    }
}
