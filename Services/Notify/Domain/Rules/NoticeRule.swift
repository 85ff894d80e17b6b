import Contracts

/// From an event to who hears of it, how, and until when.
struct NoticeRule: Sendable, Hashable {
    let id: String
    /// The event's type.
    let event: String
    /// All must hold: the field is one of the words. An event without the field does not match.
    let conditions: [Field: Set<String>]
    let audiences: [Audience]
    /// Whoever did it knows already.
    let exceptActor: Bool
    /// The inbox holds the notice in any case where it is listed. Of the others, the first by which a person can be
    /// reached is used, and the next one when it fails.
    let channels: [Channel]
    /// Ignores the quiet hours.
    let isUrgent: Bool
    let afterUnknown: AfterUnknown
    let template: String
    /// How long after the event was recorded it is worth telling.
    let lifetime: Duration
    /// Types of later events of the case that make it pointless.
    let mootedBy: Set<String>
}

extension NoticeRule {
    func matches(_ occasion: Occasion) -> Bool {
        guard occasion.news.type == event else { return false }
        if conditions.isEmpty { return true }
        let facts = occasion.facts()
        return conditions.allSatisfy { field, words in
            guard case .word(let word) = facts[field] else { return false }
            return words.contains(word)
        }
    }

    /// The channels to use at once, and those to fall back on, in order.
    func plan(_ reachable: Set<Channel>) -> (first: [Channel], fallback: [Channel]) {
        let usable = channels.filter { $0 != .inbox && reachable.contains($0) }
        let inbox = channels.filter { $0 == .inbox && reachable.contains($0) }
        return (inbox + usable.prefix(1), Array(usable.dropFirst()))
    }
}

/// All rules, in order: of several that name the same person for the same event, the first one speaks.
struct NoticeRules: Sendable, Hashable {
    let rules: [NoticeRule]
    let quietHours: QuietHours
    let sight: Sight

    /// In which roles people of a unit may be told: whoever else is posted there need not be loaded.
    var unitRoles: Set<Role> {
        Set(UnitCode.Level.allCases.map(\.staff)).union(rules.flatMap(\.audiences).flatMap { $0.roles ?? [] })
    }

    /// The rules whose waiting notices about a case an event makes pointless.
    func mooted(by type: String) -> [String] { rules.filter { $0.mootedBy.contains(type) }.map(\.id) }
}

/// Who may read names and exact places in a notice, on a channel that nobody else reads.
struct Sight: Sendable, Hashable {
    /// The name of a person, and what somebody typed, which may hold one.
    let names: Set<Role>
    /// A building or stairwell; whoever may not is told the grid.
    let places: Set<Role>

    func ofNames(_ role: Role, _ channel: Channel) -> Bool { channel.isPrivate && names.contains(role) }
    func ofPlaces(_ role: Role, _ channel: Channel) -> Bool { channel.isPrivate && places.contains(role) }
}
