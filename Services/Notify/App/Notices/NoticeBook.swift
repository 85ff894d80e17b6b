import Contracts
import Postgres
import ServiceKit

/// The notices of a batch as it makes and changes them: whatever happens to one in the batch is decided in turn here and
/// written once.
struct NoticeBook {
    private struct Entry {
        /// Of the row; nil for a notice that this batch makes.
        let stored: Delivery?
        let notice: Notice?
        let origin: Notice.Origin
        let fallback: [Notice.Alternative]
        let lane: LaneName?
        var delivery: Delivery
    }

    private var entries: [EventID: Entry] = [:]
    /// In the order in which they were made.
    private var made: [EventID] = []
    private var applied: Set<NoticeRows.ExpansionKey>
    private let known: Set<EventID>
    private var expansions: [Expansion] = []
    private let policy: DeliveryPolicy
    private let book: AddressBook
    private let now: Instant

    init(
        _ rows: BatchNeeds.Rows, policy: DeliveryPolicy, book: AddressBook, at now: Instant
    ) {
        applied = rows.expansions
        known = rows.notices
        self.policy = policy
        self.book = book
        self.now = now
        for row in rows.deliveries {
            entries[row.delivery.notice] = Entry(
                stored: row.delivery, notice: nil, origin: row.origin, fallback: row.fallback, lane: row.lane,
                delivery: row.delivery)
        }
    }

    /// Takes what the rules made of an event; what a rule made of it before stands.
    mutating func add(_ expansions: [Expansion], withPhone: Set<PersonID>) {
        for expansion in expansions {
            let key = NoticeRows.ExpansionKey(
                source: expansion.cause.source, event: expansion.cause.id, rule: expansion.rule)
            guard applied.insert(key).inserted else { continue }
            self.expansions.append(expansion)
            for notice in expansion.notices { add(notice, hasPhone: withPhone.contains(notice.recipient.person)) }
        }
    }

    private mutating func add(_ notice: Notice, hasPhone: Bool) {
        guard entries[notice.id] == nil, !known.contains(notice.id) else { return }
        var delivery = notice.delivery
        // Its row is its delivery.
        if notice.channel == .inbox { delivery.state = .settled(.delivered, nil) }
        entries[notice.id] = Entry(
            stored: nil, notice: notice, origin: notice.origin, fallback: notice.fallback,
            lane: book.lanes(to: notice.recipient, hasPhone: hasPhone)[notice.channel], delivery: delivery)
        made.append(notice.id)
    }

    /// What waits to be told of a case and is made pointless by an event.
    mutating func moot(_ matter: EventID, _ rules: [String]) {
        let concerned = entries.values.filter { $0.origin.matter == matter && rules.contains($0.origin.rule) }
        for entry in concerned { apply(.mooted, to: entry.delivery.notice) }
    }

    /// Something happened to a delivery. It is nothing any more if others settled it meanwhile.
    mutating func apply(_ event: DeliveryEvent, to id: EventID) {
        guard let entry = entries[id], let after = entry.delivery.decide(event, policy) else { return }
        entries[id]?.delivery = after
        let successor = Notice.successor(
            of: after, entry.origin, fallback: entry.fallback, at: now, policy)
        // It was reachable by phone when the event was told, or the text would not be there.
        if let successor { add(successor, hasPhone: true) }
    }

    // MARK: Writing

    /// Adds rows and events. Lock order: expansions, notices, deliveries with their lanes, inboxes; each in the order of
    /// its keys.
    func write(to effects: inout Effects) throws {
        let new = made.compactMap { entries[$0] }
        let changed = entries.values.filter { $0.stored != nil && $0.stored != $0.delivery }
        let settled = changed.filter(\.delivery.isOver)
        NoticeRows.insert(expansions, at: now, &effects)
        try NoticeRows.insert(
            new.compactMap { entry in entry.notice.map { .init(notice: $0, delivery: entry.delivery) } }, at: now,
            &effects)
        NoticeRows.settle(settled.map(\.delivery), at: now, &effects)
        DeliveryRows.insert(
            new.filter { !$0.delivery.isOver }.compactMap { entry in
                entry.lane.map {
                    DeliveryRow(delivery: entry.delivery, lane: $0, origin: entry.origin, fallback: entry.fallback)
                }
            }, &effects)
        DeliveryRows.update(
            changed.compactMap { entry in entry.stored.map { ($0, entry.delivery) } }, &effects)
        NoticeRows.fillInboxes(new.compactMap(\.notice).filter { $0.channel == .inbox }, &effects)
        for entry in (new + settled.sorted { $0.delivery.notice < $1.delivery.notice }) { try publish(entry, &effects) }
    }

    private func publish(_ entry: Entry, _ effects: inout Effects) throws {
        guard case .settled(let state, _) = entry.delivery.state else { return }
        let cause = entry.origin.cause
        let settled = NoticeSettled(
            notice: entry.delivery.notice, recipient: entry.origin.recipient.person, channel: entry.delivery.channel,
            state: state, attempts: entry.delivery.attempt, rule: entry.origin.rule)
        let envelope = EventEnvelope(
            id: cause.id, source: cause.source, type: cause.type, time: cause.time, correlationID: cause.correlation)
        try effects.publish(Event(settled, by: .notify, causedBy: envelope, recordedAt: now))
    }
}
