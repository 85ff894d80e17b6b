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
    /// For whoever asks why.
    var cause: Cause

    var account: Account { Account(subject) }
    var key: EntryKey { EntryKey(rule: item, event: id, account: account) }
}

extension CreditedEvent: Comparable {
    /// The order that caps and curves are filled in. It rests on what happened and never on what arrived first.
    static func < (left: CreditedEvent, right: CreditedEvent) -> Bool {
        (left.occurredAt, left.id) < (right.occurredAt, right.id)
    }
}

/// The input that an event was made of, as its sender and the tracing know it.
struct Cause: Sendable, Hashable {
    var source: String
    var id: String
    /// The id of the input that it all began with.
    var correlation: String
}

/// Events that bear upon each other: one account's, of one item, within the item's horizon.
struct SettlementGroup: Sendable, Hashable {
    var account: Account
    var item: String
    var period: CalendarPeriod

    /// - Parameter instant: any within the period. Where each event stands alone, a day is a handy portion.
    init(_ account: Account, _ item: String, at instant: Instant, by rules: CreditRules) {
        self.account = account
        self.item = item
        period = rules.calendar.period(rules.horizon(of: item) ?? .day, of: instant)
    }

    init(of event: CreditedEvent, by rules: CreditRules) {
        self.init(event.account, event.item, at: event.occurredAt, by: rules)
    }
}

extension SettlementGroup: Comparable {
    static func < (left: SettlementGroup, right: SettlementGroup) -> Bool {
        (left.account, left.item, left.period) < (right.account, right.item, right.period)
    }
}
