import Contracts
import FoundationEssentials
import Postgres

/// The rows that a batch adds to `visit`, `finding` and `fact`, as columns for `unnest`.
struct PatrolRows {
    let recordedAt: Instant
    private let columns: SealedColumns
    private var visits: [(id: EventID, visit: VisitReported, envelope: EventEnvelope)] = []
    private var findings: [(id: EventID, finding: FindingReported, envelope: EventEnvelope)] = []
    private var facts: [(visit: EventID, grid: UnitCode, fact: RegisterFact, envelope: EventEnvelope)] = []

    init(recordedAt: Instant, sealing columns: SealedColumns) {
        self.recordedAt = recordedAt
        self.columns = columns
    }

    mutating func add(_ visit: VisitReported, id: EventID, _ envelope: EventEnvelope) {
        visits.append((id, visit, envelope))
        for fact in visit.facts ?? [] { facts.append((id, visit.grid, fact, envelope)) }
    }

    mutating func add(_ finding: FindingReported, id: EventID, _ envelope: EventEnvelope) {
        findings.append((id, finding, envelope))
    }

    /// In the order of the tables; within one, in the order of the keys.
    var requests: [Request] { [visitRequest, findingRequest, factRequest].compactMap { $0 } }

    private var visitRequest: Request? {
        if visits.isEmpty { return nil }
        let rows = visits.sorted { $0.id < $1.id }
        return Request(
            Self.insertVisits,
            Parameters(
                rows.map(\.id.uuid), rows.map(\.visit.grid.text), rows.map(\.visit.place.unit.text),
                rows.map { columns.seal($0.visit.place.label, of: $0.id, .label) }, rows.map(\.visit.outcome.rawValue),
                rows.map { Int32($0.visit.minutes) }, rows.map { columns.seal($0.visit.note, of: $0.id, .note) },
                rows.map { $0.envelope.actor?.text ?? "" },
                rows.map { Timestamp($0.envelope.time) }, Timestamp(recordedAt), Int64(rows.count)))
    }

    private static let insertVisits = Statement(
        "visit_insert",
        """
        with stored as (
            insert into visit (id, grid, unit, label, outcome, minutes, note, chief, visited_at, recorded_at)
            select id, grid, unit, label, outcome, minutes, note, chief, visited_at, $10
            from unnest(
                $1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::int4[], $7::bytea[], $8::text[],
                $9::timestamptz[]) as new (id, grid, unit, label, outcome, minutes, note, chief, visited_at)
            on conflict do nothing
            returning 1
        )
        select expect_rows('visit', (select count(*) from stored), $11)
        """)

    private var findingRequest: Request? {
        if findings.isEmpty { return nil }
        let rows = findings.sorted { $0.id < $1.id }
        return Request(
            Self.insertFindings,
            Parameters(
                rows.map(\.id.uuid), rows.map(\.finding.grid.text), rows.map(\.finding.place.unit.text),
                rows.map(\.finding.place.label), rows.map(\.finding.category), rows.map(\.finding.severity.rawValue),
                rows.map(\.finding.text), rows.map(\.finding.visit),
                rows.map { ($0.finding.evidence ?? []).joined(separator: "\n") },
                rows.map { $0.envelope.actor?.text ?? "" }, rows.map { Timestamp($0.envelope.time) },
                Timestamp(recordedAt), Int64(rows.count), rows.map(\.envelope.source), rows.map(\.envelope.id),
                rows.map(\.envelope.correlationID)))
    }

    private static let insertFindings = Statement(
        "finding_insert",
        """
        with stored as (
            insert into finding (
                id, grid, unit, label, category, severity, text, visit_id, evidence, reporter, found_at, recorded_at,
                source, input_id, correlation)
            select id, grid, unit, label, category, severity, text, visit_id, string_to_array(evidence, E'\\n'),
                reporter, found_at, $12, source, input_id, correlation
            from unnest(
                $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                $9::text[], $10::text[], $11::timestamptz[], $14::text[], $15::text[], $16::text[])
                as new (
                    id, grid, unit, label, category, severity, text, visit_id, evidence, reporter, found_at,
                    source, input_id, correlation)
            on conflict do nothing
            returning 1
        )
        select expect_rows('finding', (select count(*) from stored), $13)
        """)

    private var factRequest: Request? {
        if facts.isEmpty { return nil }
        let keys = facts.map { row in
            FactKey(
                register: row.fact.register.rawValue, subject: row.fact.subject, attribute: row.fact.attribute,
                since: Timestamp(row.fact.since ?? row.envelope.time), visit: row.visit)
        }
        return Request(
            Self.insertFacts,
            Parameters(
                facts.map(\.fact.register.rawValue), facts.map(\.fact.subject), facts.map(\.fact.attribute),
                keys.map(\.since), facts.map(\.visit.uuid),
                zip(facts, keys).map { columns.seal($0.fact.value, $1) }, facts.map(\.grid.text),
                facts.map { $0.envelope.actor?.text ?? "" },
                Timestamp(recordedAt)))
    }

    /// A visit that names the same fact twice keeps the first.
    private static let insertFacts = Statement(
        "fact_insert",
        """
        insert into fact (register, subject, attribute, since, visit_id, value, grid, recorded_by, recorded_at)
        select register, subject, attribute, since, visit_id, value, grid, recorded_by, $9
        from unnest(
            $1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::uuid[], $6::bytea[], $7::text[], $8::text[])
            as new (register, subject, attribute, since, visit_id, value, grid, recorded_by)
        order by register, subject, attribute, since, visit_id
        on conflict do nothing
        """)
}
