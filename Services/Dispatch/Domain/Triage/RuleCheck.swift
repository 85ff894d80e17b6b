import Contracts

/// Finds rules that can never decide, by trying every category with every severity and origin; words and places are
/// compared by what they say instead. That the last rule has no conditions shows that there is no gap.
struct RuleCheck {
    let categories: [TriageRules.Category]
    let rules: [TriageRules.Rule]

    var faults: [String] {
        guard let last = rules.last else { return ["there is no rule: end with a default, one without conditions"] }
        var faults: [String] = []
        if last.conditions != .none {
            faults.append("rule \(last.number) is the last and has conditions: end with a default without any")
        }
        for (index, rule) in rules.enumerated() {
            guard let takers = takers(of: rule, among: rules[..<index]) else { continue }
            faults.append(
                "rule \(rule.number) can never decide, because what it is for is taken before by rule \(takers): "
                    + "move it up or leave it out")
        }
        return faults
    }

    /// The earlier rules that between them take all that a rule is for; nil if anything is left for it.
    private func takers(of rule: TriageRules.Rule, among earlier: ArraySlice<TriageRules.Rule>) -> String? {
        let candidates = earlier.filter { takesWordsAndPlace($0.conditions, of: rule.conditions) }
        if candidates.isEmpty { return nil }
        var takers: Set<Int> = []
        for category in categories {
            for severity in Severity.allCases {
                for origin in CaseOpened.Origin.allCases where rule.conditions.admit(category, severity, origin) {
                    guard let taker = candidates.first(where: { $0.conditions.admit(category, severity, origin) })
                    else {
                        return nil
                    }
                    takers.insert(taker.number)
                }
            }
        }
        return takers.isEmpty ? nil : takers.sorted().map(String.init).joined(separator: ", ")
    }

    /// Whether every text and place that a later rule wants is one that an earlier rule takes.
    private func takesWordsAndPlace(_ first: TriageRules.Conditions, of second: TriageRules.Conditions) -> Bool {
        if !first.takesSituation(of: second) { return false }
        if let place = first.place, second.place.map({ !place.contains($0) }) ?? true { return false }
        if first.words.isEmpty { return true }
        let words = first.words.map { FoldedText($0) }
        // A text with the longer word has the shorter one in it too.
        return !second.words.isEmpty
            && second.words.allSatisfy { word in words.contains { FoldedText(word).contains($0) } }
    }
}
