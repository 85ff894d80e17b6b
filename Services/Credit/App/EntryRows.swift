import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// The ledger's lines as rows, and the sums that are kept along with them.
enum EntryRows {
    static func insert(_ entries: [CreditEntry], at now: Instant, _ effects: inout Effects) {
        if entries.isEmpty { return }
        let rows = entries.sorted { $0.order < $1.order }
        var parameters = Parameters(
            rows.map(\.key.account.description), rows.map(\.key.rule), rows.map { Timestamp($0.occurredAt) },
            rows.map(\.key.event.uuid), rows.map { Int32($0.revision) }, rows.map(\.id.uuid),
            rows.map(\.subject.kind.rawValue), rows.map { Int32($0.ruleVersion) })
        parameters.append(rows.map { Int64($0.points.hundredths) })
        parameters.append(rows.map { Timestamp($0.expires) })
        parameters.append(rows.map(\.unit.text))
        parameters.append(rows.map { Int64($0.quantity) })
        parameters.append(rows.map(\.cause.source))
        parameters.append(rows.map(\.cause.id))
        parameters.append(rows.map(\.cause.correlation))
        parameters.append(Timestamp(now))
        parameters.append(Int64(rows.count))
        effects.run(insertLines, parameters)
        addToBalances(entries, &effects)
    }

    /// A line that is there already shows that somebody else has settled the same.
    private static let insertLines = Statement(
        "entry_insert",
        """
        with stored as (
            insert into entry (
                subject, rule, occurred_at, event, revision, id, kind, rule_version, points, expires_at, unit, quantity,
                source, cause, correlation, recorded_at)
            select *, $16 from unnest(
                $1::text[], $2::text[], $3::timestamptz[], $4::uuid[], $5::int4[], $6::uuid[], $7::text[], $8::int4[],
                $9::int8[], $10::timestamptz[], $11::text[], $12::int8[], $13::text[], $14::text[], $15::text[])
            on conflict do nothing
            returning 1
        )
        select expect_rows('entry', (select count(*) from stored), $17)
        """)

    private static func addToBalances(_ entries: [CreditEntry], _ effects: inout Effects) {
        let sums = Dictionary(grouping: entries, by: \.key.account).sorted { $0.key < $1.key }.flatMap {
            account, lines in
            Balance(lines).byExpiry.sorted { $0.key < $1.key }.map { (account, expires: $0.key, points: $0.value) }
        }
        if sums.isEmpty { return }
        effects.run(
            addSums,
            Parameters(
                sums.map(\.0.description), sums.map { Timestamp($0.expires) }, sums.map { Int64($0.points.hundredths) })
        )
    }

    private static let addSums = Statement(
        "balance_add",
        """
        insert into balance as known (subject, expires_at, points)
        select * from unnest($1::text[], $2::timestamptz[], $3::int8[]) as new (subject, expires_at, points)
        order by subject, expires_at
        on conflict (subject, expires_at) do update set points = known.points + excluded.points
        """)
}

extension CreditEntry {
    fileprivate var order: (String, String, Instant, EventID, Int) {
        (key.account.description, key.rule, occurredAt, key.event, revision)
    }

    /// Of the table under the name `e`, in the order of `read`.
    static let columns = """
        e.subject, e.rule, e.occurred_at, e.event, e.revision, e.kind, e.rule_version, e.points, e.expires_at, e.unit, \
        e.quantity, e.source, e.cause, e.correlation
        """

    static func read(_ result: borrowing QueryResult) throws(PostgresError) -> [CreditEntry] {
        try result.rows(
            as: String.self, String.self, Timestamp.self, UUID.self, Int32.self, String.self, Int32.self, Int64.self,
            Timestamp.self, String.self, Int64.self, String.self, String.self, String.self
        ).compactMap { row in
            guard let account = Account(row.0), let kind = SubjectKind(rawValue: row.5), let unit = UnitCode(row.9)
            else { return nil }
            return CreditEntry(
                key: EntryKey(rule: row.1, event: EventID(row.3), account: account), revision: Int(row.4),
                subject: Subject(kind: kind, id: account.id), ruleVersion: Int(row.6),
                points: Points(hundredths: Int(row.7)), occurredAt: Instant(row.2), expires: Instant(row.8), unit: unit,
                quantity: Int(row.10), cause: Cause(source: row.11, id: row.12, correlation: row.13))
        }
    }
}
