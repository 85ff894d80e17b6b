import Contracts

/// What is known of a matter beside what was reported: when it happened, who reported it, and what was there before.
struct Situation: Sendable, Equatable {
    /// Minutes since the city's midnight.
    var minute: Int
    var isWorkday: Bool
    /// As what whoever reported it is posted; residents where nobody of ours did.
    var reporters: Set<Role>
    /// Cases of the same place that were opened on earlier days.
    ///
    /// Not those of the same day: which of two of a day was there first would depend on which reached us first.
    var earlier: [EarlierCase]

    struct EarlierCase: Sendable, Equatable {
        let category: String
        /// From 1.
        let daysAgo: Int
    }

    init(
        at time: Instant, _ calendar: WorkCalendar, reporters: Set<Role> = [], earlier: [EarlierCase] = []
    ) {
        let local = time.milliseconds + Int64(calendar.offset) * 60_000
        minute = Int(local % 86_400_000 / 60_000)
        isWorkday = calendar.isWorkday(calendar.date(of: time))
        self.reporters = reporters.isEmpty ? [.resident] : reporters
        self.earlier = earlier
    }
}

extension TriageRules {
    enum DayKind: String, Choice { case work, rest }

    /// A matter that has come before: at least `times` cases of the same place and category in so many days before.
    struct Repetition: Codable, Sendable, Equatable {
        var times: Int
        var days: Int

        /// Whether everything that this takes another takes as well.
        func isWithin(_ other: Repetition) -> Bool { times >= other.times && days <= other.days }
    }

    /// The longest look back of any rule, in days; nil where none looks back.
    var longestRepetition: Int? { rules.compactMap { $0.conditions.repeats?.days }.max() }
}

extension TriageRules.Conditions {
    /// Whether they hold where and when it happened; conditions on what is not known do not hold.
    func admit(_ situation: Situation?, _ category: String) -> Bool {
        if !hasSituation { return true }
        guard let situation else { return false }
        if !hours.isEmpty, !hours.contains(where: { $0.contains(situation.minute) }) { return false }
        if let days, (days == .work) != situation.isWorkday { return false }
        if !reporters.isEmpty, reporters.isDisjoint(with: situation.reporters) { return false }
        guard let repeats else { return true }
        return situation.earlier.count { $0.category == category && $0.daysAgo <= repeats.days } >= repeats.times
    }

    private var hasSituation: Bool { !hours.isEmpty || days != nil || !reporters.isEmpty || repeats != nil }

    /// Whether every situation that another set of conditions wants is one that these take.
    func takesSituation(of other: TriageRules.Conditions) -> Bool {
        let minutes = Set(hours.joined())
        if !hours.isEmpty, other.hours.isEmpty || !minutes.isSuperset(of: other.hours.joined()) { return false }
        if let days, other.days != days { return false }
        if !reporters.isEmpty, other.reporters.isEmpty || !reporters.isSuperset(of: other.reporters) { return false }
        guard let repeats else { return true }
        return other.repeats?.isWithin(repeats) ?? false
    }

    /// `22:00-06:00` as minutes of a day, in two parts where it goes over midnight; nil for anything else.
    static func minutes(of text: String) -> [Range<Int>]? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { end -> Int? in
            let parts = end.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]),
                let minute = Int(parts[1]), (0...24).contains(hour), (0...59).contains(minute),
                hour * 60 + minute <= 1_440
            else { return nil }
            return hour * 60 + minute
        }
        guard ends.count == 2, let from = ends[0], let to = ends[1], from != to, from < 1_440 else { return nil }
        return from < to ? [from..<to] : [from..<1_440, 0..<to].filter { !$0.isEmpty }
    }
}
