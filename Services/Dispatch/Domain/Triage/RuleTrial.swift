import Contracts

/// Tries rules out on past cases: what would have gone elsewhere, and by which rule.
struct RuleTrial: Sendable {
    let present: RuleBook
    let proposed: TriageRules
    let calendar: WorkCalendar
    private var places = PlaceHistory()

    init(_ proposed: TriageRules, against present: RuleBook, _ calendar: WorkCalendar) {
        self.proposed = proposed
        self.present = present
        self.calendar = calendar
    }

    /// A case as it was reported.
    struct Past: Sendable {
        var matter: Matter
        let time: Instant
        let reporters: Set<Role>
    }

    /// How many days before the first case have to be shown it for it to know of repetitions.
    var lookBack: Int { max(present.longestRepetition ?? 0, proposed.longestRepetition ?? 0) }

    /// What becomes of a case by both; nil where that is the same. Cases are given in the order in which they were opened.
    mutating func compare(_ past: Past) -> (before: Way, after: Way)? {
        let ways = ways(of: past)
        return ways.after.differences(from: ways.before).isEmpty ? nil : ways
    }

    /// A case of before the days that are tried: it only counts as an earlier one.
    mutating func remember(_ past: Past) { _ = ways(of: past) }

    private mutating func ways(of past: Past) -> (before: Way, after: Way) {
        let day = calendar.date(of: past.time).daysSince1970
        var matter = past.matter
        // A category that words lead to may be another one by each of the two.
        func triage(_ rules: TriageRules, _ earlier: [Situation.EarlierCase]) -> Triage {
            matter.situation = Situation(at: past.time, calendar, reporters: past.reporters, earlier: earlier)
            return rules.triage(matter)
        }
        let earlier = lookBack == 0 ? [] : places.earlier(at: matter.unit, before: day, within: lookBack)
        let before = triage(present.rules(at: past.time, calendar), earlier)
        let after = triage(proposed, earlier)
        if lookBack > 0 { places.add(before.category, at: matter.unit, on: day) }
        return (Way(before), Way(after))
    }
}

/// Which cases were opened at each place on which days.
struct PlaceHistory: Sendable {
    private struct Entry {
        let category: String
        let day: Int64
    }

    private var entries: [UnitCode: [Entry]] = [:]

    mutating func add(_ category: String, at unit: UnitCode, on day: Int64) {
        entries[unit, default: []].append(Entry(category: category, day: day))
    }

    /// - Parameter days: what is longer ago is forgotten.
    mutating func earlier(at unit: UnitCode, before day: Int64, within days: Int) -> [Situation.EarlierCase] {
        guard var known = entries[unit] else { return [] }
        known.removeAll { day - $0.day > Int64(days) }
        entries[unit] = known
        return known.filter { $0.day < day }.map {
            Situation.EarlierCase(category: $0.category, daysAgo: Int(day - $0.day))
        }
    }
}
