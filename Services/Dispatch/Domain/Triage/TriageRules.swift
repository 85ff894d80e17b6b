import Contracts

/// One version of the rules that say how a matter is handled: data, read and checked by `TriageRules+File`.
///
/// A matter has a category, named by whoever took it or found by its words. The first rule whose conditions it meets decides;
/// what the rule leaves open is as the category says.
struct TriageRules: Sendable {
    let version: Int
    /// The file that it was read from, for the one who makes the next version of it; empty where there is none.
    var source: [UInt8] = []
    /// The first day on which it holds.
    let effective: CivilDate
    /// By their code, with what they inherit from those above them.
    let categories: [String: Category]
    let departments: [String: DepartmentKind]
    let rules: [Rule]
    /// Without conditions: what no other rule takes.
    let standard: Rule
    /// Of a matter whose words say nothing.
    let unclassified: Category
    private let handlingLimits: HandlingLimits
    private let words: WordIndex
    /// The categories that words lead to, in the file's order.
    private let worded: [Category]

    /// A kind of matter: `city-appearance.rubbish.exposed` lies below `city-appearance.rubbish`.
    struct Category: Sendable, Equatable {
        let code: String
        let chinese: String
        let english: String
        let handling: Handling
        let owner: Rung
        let limits: SeverityLimits
        let departments: [DepartmentKind]
        /// Words in a text that speak for this category.
        let words: [String]
    }

    struct Rule: Sendable, Equatable {
        let number: Int
        /// In words, for the people whom it concerns.
        let reason: String
        let conditions: Conditions
        let handling: Handling?
        let owner: Rung?
        let limits: SeverityLimits?
        let departments: [DepartmentKind]?
    }

    /// What a matter must be for a rule; an empty one is for all.
    struct Conditions: Sendable, Equatable {
        /// This category and those below it.
        var category: String?
        /// One of them is in the text.
        var words: [String] = []
        var severities: Set<Severity> = []
        var origins: Set<CaseOpened.Origin> = []
        /// This unit and those below it.
        var place: UnitCode?
        /// Minutes of the city's day.
        var hours: [Range<Int>] = []
        var days: DayKind?
        /// One of them is what whoever reported it is posted as.
        var reporters: Set<Role> = []
        var repeats: Repetition?

        static let none = Conditions()
    }

    /// The limits of each severity.
    struct SeverityLimits: Codable, Sendable, Equatable {
        var minor: CaseLimits
        var normal: CaseLimits
        var urgent: CaseLimits

        func of(_ severity: Severity) -> CaseLimits {
            switch severity {
            case .minor: minor
            case .normal: normal
            case .urgent: urgent
            }
        }
    }

    /// The limits of each way of handling, for cases whose handling a person changes.
    struct HandlingLimits: Sendable, Equatable {
        var small: SeverityLimits
        var big: SeverityLimits
        var hard: SeverityLimits
    }

    init(
        version: Int, effective: CivilDate, categories: [Category], departments: [DepartmentKind], rules: [Rule],
        standard: Rule, unclassified: Category, limits: HandlingLimits
    ) {
        self.version = version
        self.effective = effective
        self.categories = Dictionary(categories.map { ($0.code, $0) }) { first, _ in first }
        self.departments = Dictionary(departments.map { ($0.code, $0) }) { first, _ in first }
        self.rules = rules
        self.standard = standard
        self.unclassified = unclassified
        handlingLimits = limits
        worded = categories.filter { !$0.words.isEmpty }
        words = WordIndex(categories.flatMap(\.words) + rules.flatMap(\.conditions.words))
    }

    // MARK: Deciding

    func knows(_ category: String) -> Bool { categories[category] != nil }

    func triage(_ matter: Matter) -> Triage {
        let found = words.found(in: matter.text)
        var category = matter.category.flatMap { categories[$0] }
        var hint = ""
        if category == nil, let (best, words) = classify(found) {
            category = best
            hint = Self.byWords + words.joined(separator: ", ")
        }
        let known = category ?? unclassified
        let rule = rules.first { $0.conditions.hold(for: matter, known, found) } ?? standard
        return Triage(
            category: known.code, handling: rule.handling ?? known.handling, ownerRung: rule.owner ?? known.owner,
            limits: (rule.limits ?? known.limits).of(matter.severity),
            departments: rule.departments ?? known.departments,
            explanation: "rule \(rule.number) of version \(version): \(rule.reason)\(hint)")
    }

    func limits(handling: Handling, severity: Severity) -> CaseLimits {
        switch handling {
        case .small: handlingLimits.small.of(severity)
        case .big: handlingLimits.big.of(severity)
        case .hard: handlingLimits.hard.of(severity)
        }
    }

    /// The category that the most of the text speaks for, with the words that do; the earlier one if two are alike.
    private func classify(_ found: Set<String>) -> (Category, [String])? {
        var best: (category: Category, words: [String], weight: Int)?
        for category in worded {
            let words = category.words.filter(found.contains)
            let weight = words.reduce(0) { $0 + $1.unicodeScalars.count }
            if weight > best?.weight ?? 0 { best = (category, words, weight) }
        }
        return best.map { ($0.category, $0.words) }
    }
}

extension TriageRules.Conditions {
    fileprivate func hold(for matter: Matter, _ known: TriageRules.Category, _ found: Set<String>) -> Bool {
        admit(known, matter.severity, matter.origin)
            && (words.isEmpty || words.contains(where: found.contains))
            && (place?.contains(matter.unit) ?? true) && admit(matter.situation, known.code)
    }

    /// Whether they hold for such a matter with the right words in the right place.
    func admit(_ known: TriageRules.Category, _ severity: Severity, _ origin: CaseOpened.Origin) -> Bool {
        (category.map(known.isWithin) ?? true)
            && (severities.isEmpty || severities.contains(severity))
            && (origins.isEmpty || origins.contains(origin))
    }
}

extension TriageRules.Category {
    /// Whether it is the category of the code, or below it.
    func isWithin(_ code: String) -> Bool { self.code == code || self.code.hasPrefix(code + ".") }
}
