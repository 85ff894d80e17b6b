import Contracts

/// Something that happened and that an item of the rules may reward. Kept whether or not it earns anything.
struct CreditedEvent: Sendable, Hashable {
    /// Derived from the input's source and id, so that a repeat has the same.
    var id: EventID
    var subject: Subject
    /// The item's code, and so the rule's.
    var item: String
    /// When people did it.
    var occurredAt: Instant
    /// In the item's measure.
    var quantity: Int
    /// Where it was done.
    var unit: UnitCode
    /// The id that the sender gave it, for whoever asks why.
    var cause: String

    var account: Account { Account(subject) }
    var key: EntryKey { EntryKey(rule: item, event: id, account: account) }
}

extension CreditedEvent: Comparable {
    /// The order that caps and curves are filled in. It rests on what happened and never on what arrived first.
    static func < (left: CreditedEvent, right: CreditedEvent) -> Bool {
        (left.occurredAt, left.id) < (right.occurredAt, right.id)
    }
}

/// What the events of bear upon each other: one account's events of one item within the item's horizon.
struct SettlementGroup: Sendable, Hashable {
    var account: Account
    var item: String
    /// Nil where each event stands alone; all of them may then be settled in any portions.
    var period: CalendarPeriod?

    init(of event: CreditedEvent, by rules: CreditRules) {
        account = event.account
        item = event.item
        period = rules.horizon(of: event.item).map { rules.calendar.period($0, of: event.occurredAt) }
    }
}

extension SettlementGroup: Comparable {
    static func < (left: SettlementGroup, right: SettlementGroup) -> Bool {
        if (left.account, left.item) != (right.account, right.item) {
            return (left.account, left.item) < (right.account, right.item)
        }
        guard let period = left.period else { return right.period != nil }
        return right.period.map { period < $0 } ?? false
    }
}
