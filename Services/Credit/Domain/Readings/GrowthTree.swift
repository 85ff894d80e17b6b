import Contracts

/// An account's volunteer hours, as the growth tree shows them. All hours count, also those that earned no points.
struct GrowthTree: Sendable, Hashable {
    /// Hundredths of an hour.
    var hours: Int
    var hoursThisYear: Int
    var stars: Int
    /// The hours at which the next star comes; nil at the last.
    var nextStarAt: Int?

    init(_ events: some Sequence<CreditedEvent>, by rules: CreditRules, at now: Instant) {
        hours = 0
        hoursThisYear = 0
        let year = rules.calendar.period(.year, of: now)
        var seen: Set<EntryKey> = []
        for event in events where event.occurredAt <= now && seen.insert(event.key).inserted {
            guard rules.version(at: event.occurredAt)?.items[event.item]?.trigger == .hours else { continue }
            hours += event.quantity
            if rules.calendar.period(.year, of: event.occurredAt) == year { hoursThisYear += event.quantity }
        }
        let limits = rules.version(at: now)?.stars ?? []
        let hours = hours
        stars = limits.count { $0 <= hours }
        nextStarAt = limits.first { $0 > hours }
    }
}
