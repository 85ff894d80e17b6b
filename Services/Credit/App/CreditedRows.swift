import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// The events and consents that a batch adds, and the accounts that are to be settled because of them.
struct CreditedRows {
    private let rules: CreditRules
    private let marks: PaceMarks
    private let now: Instant
    private var events: [CreditedEvent] = []
    private var voided: [CreditedEvent] = []
    private var consents: [(account: Account, change: Consent.Change)] = []
    private var unsettled: Set<UnsettledRow> = []
    private var timers: [DueTimer.Key: DueTimer] = [:]

    init(rules: CreditRules, marks: PaceMarks, now: Instant) {
        self.rules = rules
        self.marks = marks
        self.now = now
    }

    mutating func add(_ event: CreditedEvent) {
        events.append(event)
        settleSoon(event)
    }

    /// An event that turns out not to have been: it counts for nothing from now on, also where it is yet to come.
    mutating func void(_ event: CreditedEvent) {
        voided.append(event)
        settleSoon(event)
    }

    private mutating func settleSoon(_ event: CreditedEvent) {
        let group = SettlementGroup(of: event, by: rules)
        let pace = rules.pace(of: event.item)
        mark(
            UnsettledRow(
                account: event.account, pace: pace, item: event.item,
                since: rules.calendar.span(of: group.period).lowerBound), because: event.id, event.cause.correlation)
    }

    /// Whatever happened since may count now, or no longer.
    mutating func add(_ change: Consent.Change, of account: Account, _ envelope: EventEnvelope) {
        consents.append((account, change))
        for pace in Pace.allCases {
            mark(
                UnsettledRow(account: account, pace: pace, item: UnsettledRow.anyItem, since: change.at),
                because: change.id, envelope.correlationID)
        }
    }

    private mutating func mark(_ row: UnsettledRow, because id: EventID, _ correlation: String) {
        unsettled.insert(row)
        let key = DueTimer.Key(subject: row.timerSubject, kind: row.pace.timerKind)
        // The version is this event's own: whoever settles on what there was before it finds the timer changed.
        timers[key] = DueTimer(
            key: key, due: marks.next(row.pace, after: now), version: id.timerVersion,
            cause: DueTimer.Cause(id: id.description, correlation: correlation))
    }

    /// Lock order: events, consents, what is unsettled, timers.
    func write(to effects: inout Effects) {
        if !events.isEmpty { effects.run(insertEvents) }
        if !voided.isEmpty { effects.run(voidEvents) }
        if !consents.isEmpty { effects.run(insertConsents) }
        if !unsettled.isEmpty { effects.run(UnsettledRow.insert(unsettled.sorted())) }
        for (_, timer) in timers.sorted(by: { $0.key < $1.key }) { effects.set(timer) }
    }

    private var insertEvents: Request { Request(Self.insertEventRows, parameters(events)) }
    private var voidEvents: Request { Request(Self.voidEventRows, parameters(voided)) }

    private func parameters(_ events: [CreditedEvent]) -> Parameters {
        let rows = events.sorted { ($0.account, $0.item, $0) < ($1.account, $1.item, $1) }
        return Parameters(
            rows.map(\.account.description), rows.map(\.item), rows.map { Timestamp($0.occurredAt) },
            rows.map(\.id.uuid), rows.map(\.subject.kind.rawValue), rows.map { Int64($0.quantity) },
            rows.map(\.unit.text), rows.map(\.cause.source), rows.map(\.cause.id), rows.map(\.cause.correlation),
            Timestamp(now), Int64(rows.count))
    }

    private static let insertEventRows = Statement(
        "credited_insert",
        """
        with stored as (
            insert into credited (
                subject, item, occurred_at, id, kind, quantity, unit, source, cause, correlation, recorded_at)
            select *, $11 from unnest(
                $1::text[], $2::text[], $3::timestamptz[], $4::uuid[], $5::text[], $6::int8[], $7::text[], $8::text[],
                $9::text[], $10::text[])
            on conflict do nothing
            returning 1
        )
        -- One that was voided before it came is there already.
        select expect_rows('credited', (select count(*) from stored) + (
            select count(*) from unnest($1::text[], $2::text[], $3::timestamptz[], $4::uuid[])
                as new (subject, item, occurred_at, id)
            join credited using (subject, item, occurred_at, id) where credited.quantity = 0), $12)
        """)

    /// A quantity of nothing is below what any item asks for.
    private static let voidEventRows = Statement(
        "credited_void",
        """
        with stored as (
            insert into credited (
                subject, item, occurred_at, id, kind, quantity, unit, source, cause, correlation, recorded_at)
            select subject, item, occurred_at, id, kind, 0, unit, source, cause, correlation, $11
            from unnest(
                $1::text[], $2::text[], $3::timestamptz[], $4::uuid[], $5::text[], $6::int8[], $7::text[], $8::text[],
                $9::text[], $10::text[])
                as new (subject, item, occurred_at, id, kind, quantity, unit, source, cause, correlation)
            on conflict (subject, item, occurred_at, id) do update set quantity = 0
            returning 1
        )
        select expect_rows('credited', (select count(*) from stored), $12)
        """)

    private var insertConsents: Request {
        let rows = consents.sorted {
            ($0.account, $0.change.at, $0.change.id) < ($1.account, $1.change.at, $1.change.id)
        }
        return Request(
            Self.insertConsentRows,
            Parameters(
                rows.map(\.account.description), rows.map { Timestamp($0.change.at) }, rows.map(\.change.id.uuid),
                rows.map(\.change.isGiven), Timestamp(now), Int64(rows.count)))
    }

    private static let insertConsentRows = Statement(
        "consent_insert",
        """
        with stored as (
            insert into consent (subject, changed_at, id, given, recorded_at)
            select *, $5 from unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::bool[])
            on conflict do nothing
            returning 1
        )
        select expect_rows('consent', (select count(*) from stored), $6)
        """)
}

extension EventID {
    /// 63 bits of the part that tells ids of one millisecond apart.
    fileprivate var timerVersion: Int64 {
        let u = uuid.uuid
        let bytes = [u.8, u.9, u.10, u.11, u.12, u.13, u.14, u.15]
        return Int64(bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) } >> 1)
    }
}
