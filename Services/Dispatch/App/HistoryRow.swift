import Contracts
import Postgres
import ServiceKit

/// One step of a case's history, as it was published.
struct HistoryRow {
    let matter: EventID
    let sequence: Int
    let event: EventID
    let type: String
    let actor: PersonID?
    let occurredAt: Instant
    let recordedAt: Instant
    let causation: String?
    let correlation: String
    let data: [UInt8]

    /// - Parameter data: the payload as it is published.
    init<Payload: CaseEvent>(_ event: Event<Payload>, data: [UInt8]) {
        matter = event.payload.case
        sequence = event.payload.sequence
        // Ours are UUIDs.
        self.event = EventID(event.envelope.id) ?? event.payload.case
        type = Payload.type
        actor = event.envelope.actor
        occurredAt = event.envelope.time
        recordedAt = event.envelope.recordedAt ?? event.envelope.time
        causation = event.envelope.causationID
        correlation = event.envelope.correlationID
        self.data = data
    }

    static func insert(_ rows: [HistoryRow], _ effects: inout Effects) {
        if rows.isEmpty { return }
        let rows = rows.sorted { ($0.matter, $0.sequence) < ($1.matter, $1.sequence) }
        effects.run(
            insertNew,
            Parameters(
                rows.map(\.matter.uuid), rows.map { Int64($0.sequence) }, rows.map(\.event.uuid), rows.map(\.type),
                rows.map(\.actor?.text), rows.map { Timestamp($0.occurredAt) }, rows.map { Timestamp($0.recordedAt) },
                rows.map(\.causation), rows.map(\.correlation), rows.map { JSON(utf8: $0.data) }, Int64(rows.count)))
    }

    /// A sequence number that is taken shows that somebody else moved the case on.
    private static let insertNew = Statement(
        "history_insert",
        """
        with stored as (
            insert into history (
                matter_id, sequence, event_id, type, actor, occurred_at, recorded_at, causation_id, correlation_id, data)
            select * from unnest(
                $1::uuid[], $2::int8[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[],
                $8::text[], $9::text[], $10::jsonb[])
            on conflict do nothing
            returning 1
        )
        select expect_rows('history', (select count(*) from stored), $11)
        """)
}
