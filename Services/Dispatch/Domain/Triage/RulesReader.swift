import Contracts

/// Turns a file into rules, noting all that is wrong with it.
struct RulesReader {
    let file: RulesFile
    private(set) var faults: [String] = []
    private var departments: [String: DepartmentKind] = [:]
    private var categories: [TriageRules.Category] = []
    /// Those of the categories, faulty ones included, so that one fault does not make others.
    private var codes: Set<String> = []

    init(_ file: RulesFile) { self.file = file }

    /// What a category has of its own, takes from the one that it is like, or from the one above it.
    private struct Inherited {
        var handling: Handling?
        var owner: Rung?
        var limits: TriageRules.SeverityLimits?
        var departments: [DepartmentKind]?
        /// A gap is told of once, where it begins.
        var isGapKnown = false

        func filled(from other: Inherited) -> Inherited {
            Inherited(
                handling: handling ?? other.handling, owner: owner ?? other.owner, limits: limits ?? other.limits,
                departments: departments ?? other.departments, isGapKnown: isGapKnown || other.isGapKnown)
        }
    }

    /// A category of the file with its place in the tree.
    private struct Node {
        let code: String
        let parent: String?
        let entry: RulesFile.Category
    }

    private var nodes: [Node] = []
    private var places: [String: Int] = [:]
    private var inherited: [String: Inherited] = [:]

    mutating func read() -> TriageRules? {
        if file.version < 1 { faults.append("version \(file.version) is none: count from 1") }
        let effective = CivilDate(iso: file.effective)
        if effective == nil { faults.append("effective \(file.effective) is no day: write such as 2026-01-01") }
        readDepartments()
        for category in file.categories { read(category, under: nil, level: 1) }
        for node in nodes { makeCategory(node) }
        checkWords()
        checkLimits()
        let unclassified = categories.first { $0.code == file.unclassified }
        if !codes.contains(file.unclassified) {
            faults.append("unclassified names no category: write the full code of one")
        }
        let handling = handlingLimits()
        var rules = file.rules.map { read($0) }
        checkNumbers()
        faults += RuleCheck(categories: categories, rules: rules).faults
        guard faults.isEmpty, let effective, let unclassified, let handling, let standard = rules.popLast() else {
            return nil
        }
        return TriageRules(
            version: file.version, effective: effective, categories: categories,
            departments: departments.values.sorted { $0.code < $1.code }, rules: rules, standard: standard,
            unclassified: unclassified, limits: handling)
    }

    private mutating func readDepartments() {
        for entry in file.departments {
            let kind = DepartmentKind(code: entry.code, chinese: entry.zh, english: entry.en, names: entry.names)
            if departments.updateValue(kind, forKey: entry.code) != nil {
                faults.append("department \(entry.code) is there twice: give each a code of its own")
            }
            if entry.names.isEmpty || entry.names.contains("") {
                faults.append("department \(entry.code) has no name, or an empty one: write what such names contain")
            }
        }
    }

    private mutating func read(_ entry: RulesFile.Category, under parent: String?, level: Int) {
        let code = parent.map { "\($0).\(entry.code)" } ?? entry.code
        let subject = "category \(code)"
        if entry.code.contains(".") || !Identifier.isValid(code) {
            faults.append("\(subject) has a bad code: write letters, digits and '-', at most 64 with those above it")
        }
        if !codes.insert(code).inserted {
            faults.append("\(subject) is there twice: give each a code of its own")
        }
        if entry.zh.isEmpty || entry.en.isEmpty { faults.append("\(subject) lacks a name: write it in both languages") }
        places[code] = nodes.count
        nodes.append(Node(code: code, parent: parent, entry: entry))
        let below = entry.below ?? []
        if level == 3, !below.isEmpty { faults.append("\(subject) has a fourth level below it: three are all") }
        if level < 3, below.isEmpty {
            faults.append("\(subject) ends at level \(level): give it categories of level 3")
        }
        for entry in below where level < 3 { read(entry, under: code, level: level + 1) }
    }

    private mutating func makeCategory(_ node: Node) {
        let own = inherited(by: node, asked: [])
        if let handling = own.handling, let owner = own.owner, let limits = own.limits {
            categories.append(
                TriageRules.Category(
                    code: node.code, chinese: node.entry.zh, english: node.entry.en, handling: handling, owner: owner,
                    limits: limits, departments: own.departments ?? [], words: node.entry.words ?? []))
        } else if !own.isGapKnown {
            inherited[node.code]?.isGapKnown = true
            faults.append("category \(node.code) has a gap: give handling, owner and limits to it or to one above it")
        }
    }

    /// - Parameter asked: the categories on whose behalf it is asked for, so that a circle ends.
    private mutating func inherited(by node: Node, asked: [String]) -> Inherited {
        if let known = inherited[node.code] { return known }
        if let start = asked.firstIndex(of: node.code) {
            faults.append(
                "category \(node.code) is like itself, by way of \((asked[start...] + [node.code]).joined(separator: " → ")): "
                    + "leave one `like` out")
            return Inherited(isGapKnown: true)
        }
        let subject = "category \(node.code)"
        var own = Inherited(handling: node.entry.handling, owner: node.entry.owner)
        if let name = node.entry.limits {
            own.limits = limits(name, subject)
            own.isGapKnown = own.limits == nil
        }
        own.departments = node.entry.departments.map { kinds($0, subject) }
        if let like = node.entry.like {
            if let place = places[like] {
                own = own.filled(from: inherited(by: nodes[place], asked: asked + [node.code]))
            } else {
                faults.append("\(subject) is like the unknown category \(like): write the full code of one")
            }
        }
        if let parent = node.parent, let place = places[parent] {
            own = own.filled(from: inherited(by: nodes[place], asked: asked + [node.code]))
        }
        inherited[node.code] = own
        return own
    }

    private mutating func read(_ entry: RulesFile.Rule) -> TriageRules.Rule {
        let subject = "rule \(entry.number)"
        if entry.reason.isEmpty { faults.append("\(subject) gives no reason: say why, people read it") }
        if let category = entry.category, !codes.contains(category) {
            faults.append("\(subject) names the unknown category \(category): write the full code of one")
        }
        return TriageRules.Rule(
            number: entry.number, reason: entry.reason,
            conditions: TriageRules.Conditions(
                category: entry.category, words: words(entry.words, subject),
                severities: Set(some(entry.severity, "severity", subject)),
                origins: Set(some(entry.origin, "origin", subject)), place: entry.place,
                hours: hours(entry.hours, subject), days: entry.days,
                reporters: Set(some(entry.reporter, "reporter", subject)), repeats: repeats(entry.repeats, subject)),
            handling: entry.handling, owner: entry.owner, limits: entry.limits.flatMap { limits($0, subject) },
            departments: entry.departments.map { kinds($0, subject) })
    }

    /// A condition that is there and empty would be for nothing, or for everything.
    private mutating func some<Value>(_ values: [Value]?, _ name: String, _ subject: String) -> [Value] {
        if let values, values.isEmpty { faults.append("\(subject) has an empty \(name): leave it out, or name some") }
        return values ?? []
    }

    private mutating func hours(_ texts: [String]?, _ subject: String) -> [Range<Int>] {
        some(texts, "list of hours", subject).flatMap { text in
            guard let minutes = TriageRules.Conditions.minutes(of: text) else {
                faults.append("\(subject) has the hours \(text): write such as 22:00-06:00")
                return [Range<Int>]()
            }
            return minutes
        }
    }

    private mutating func repeats(
        _ repeats: TriageRules.Repetition?, _ subject: String
    ) -> TriageRules.Repetition? {
        if let repeats, !(1...1_000).contains(repeats.times) || !(1...366).contains(repeats.days) {
            faults.append("\(subject) looks for repeats out of range: 1 to 1000 times in 1 to 366 days")
        }
        return repeats
    }

    private mutating func words(_ words: [String]?, _ subject: String) -> [String] {
        let words = some(words, "list of words", subject)
        if words.contains("") { faults.append("\(subject) has an empty word: every text contains it") }
        return words
    }

    private mutating func limits(_ name: String, _ subject: String) -> TriageRules.SeverityLimits? {
        guard let limits = file.limits[name] else {
            faults.append(
                "\(subject) names the unknown limits \(name): write one of "
                    + file.limits.keys.sorted().joined(separator: ", "))
            return nil
        }
        return limits
    }

    private mutating func kinds(_ codes: [String], _ subject: String) -> [DepartmentKind] {
        codes.compactMap { code in
            if let kind = departments[code] { return kind }
            faults.append("\(subject) names the unknown department \(code): add it to the departments")
            return nil
        }
    }

    private mutating func handlingLimits() -> TriageRules.HandlingLimits? {
        guard let small = limits(file.handling.small, "handling small"),
            let big = limits(file.handling.big, "handling big"), let hard = limits(file.handling.hard, "handling hard")
        else { return nil }
        return TriageRules.HandlingLimits(small: small, big: big, hard: hard)
    }

    private mutating func checkWords() {
        var owners: [FoldedText: String] = [:]
        for category in categories {
            for word in category.words {
                if word.isEmpty { faults.append("category \(category.code) has an empty word: every text contains it") }
                if let other = owners.updateValue(category.code, forKey: FoldedText(word)) {
                    faults.append("word \(word) speaks for \(other) and for \(category.code): leave it in one of them")
                }
            }
        }
    }

    /// Whenever in a week a case begins, it must be possible to accept it before it has to be answered, and to answer before it has to
    /// be resolved.
    private mutating func checkLimits() {
        let calendar = WorkCalendar()
        let begins = (0..<7 * 24).map { Instant(milliseconds: $0 * 3_600_000) }
        func canTakeLonger(_ first: Allowance, _ second: Allowance) -> Bool {
            begins.contains { calendar.due(first, after: $0) > calendar.due(second, after: $0) }
        }
        for (name, limits) in file.limits.sorted(by: { $0.key < $1.key }) {
            for severity in Severity.allCases {
                let limits = limits.of(severity)
                var order = [("accept", limits.accept), ("resolve", limits.resolve)]
                if let answer = limits.answer { order.insert(("give a first answer", answer), at: 1) }
                for (first, second) in zip(order, order.dropFirst()) where canTakeLonger(first.1, second.1) {
                    faults.append(
                        "limits \(name), \(severity.rawValue): to \(first.0) within \(first.1) can take longer than to "
                            + "\(second.0) within \(second.1): shorten the first")
                }
            }
        }
    }

    private mutating func checkNumbers() {
        for (rule, next) in zip(file.rules, file.rules.dropFirst()) where next.number <= rule.number {
            faults.append("rule \(next.number) comes after rule \(rule.number): number them upwards, each once")
        }
    }
}
