import Contracts

/// Why there is an entry: at most one stands for each rule, event and account.
struct EntryKey: Sendable, Hashable, Comparable {
    var rule: String
    var event: EventID
    var account: Account

    static func < (left: EntryKey, right: EntryKey) -> Bool {
        (left.account, left.rule, left.event) < (right.account, right.rule, right.event)
    }
}

/// A line of the ledger, which is only ever added to.
///
/// The lines of one key count up by `revision`: an even one enters, the odd one after it takes that back whole. So a key
/// stands while its last revision is even, and whatever way it got there, its sum is that of its last line.
struct CreditEntry: Sendable, Hashable {
    var key: EntryKey
    var revision: Int
    /// As the event named it.
    var subject: Subject
    var ruleVersion: Int
    /// Below zero where it takes back, or deducts.
    var points: Points
    /// When the event happened.
    var occurredAt: Instant
    /// The first instant at which it no longer counts.
    var expires: Instant
    /// Where it was done.
    var unit: UnitCode
    var quantity: Int
    var cause: Cause

    /// Follows from what the entry is, so that making it twice makes the same.
    var id: EventID { id(revision: revision) }

    /// The entry that this one takes back.
    var reverses: EventID? { isReversal ? id(revision: revision - 1) : nil }

    var isReversal: Bool { revision % 2 == 1 }

    func counts(at instant: Instant) -> Bool { occurredAt <= instant && instant < expires }

    /// The line that takes this one back.
    var reversal: CreditEntry {
        var reversal = self
        reversal.revision += 1
        reversal.points = -points
        return reversal
    }

    private func id(revision: Int) -> EventID {
        EventID.derived(
            from: key.event.description, at: occurredAt, type: CreditEntryMade.type,
            subject: "\(key.rule) \(key.account)", ordinal: revision)
    }
}

extension CreditEntry: Comparable {
    static func < (left: CreditEntry, right: CreditEntry) -> Bool {
        (left.occurredAt, left.key, left.revision) < (right.occurredAt, right.key, right.revision)
    }
}
