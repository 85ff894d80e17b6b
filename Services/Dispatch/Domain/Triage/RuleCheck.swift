import Contracts

/// Finds rules that no matter can reach, and matters that no rule takes, by trying every category with every severity and
/// origin. Only words and places are compared by what they say instead.
struct RuleCheck {
    let categories: [TriageRules.Category]
    let rules: [TriageRules.Rule]

    var faults: [String] {
        guard let last = rules.last else { return ["there is no rule: end with one without conditions"] }
        var faults: [String] = []
        if last.conditions != .none {
            faults.append("rule \(last.number) is the last and has conditions: end with a default without any")
        }
        for (index, rule) in rules.enumerated() where isUnreachable(rule, behind: rules[..<index]) {
            let by = rules[..<index].filter { overlaps($0, rule) }.map { String($0.number) }.joined(separator: ", ")
            faults.append(
                "rule \(rule.number) can never decide: what it is for is taken by rules before it (\(by)); move it up, "
                    + "or leave it out")
        }
        return faults
    }

    fileprivate struct Cell {
        let category: TriageRules.Category
        let severity: Severity
        let origin: CaseOpened.Origin
    }

    private var cells: [Cell] {
        categories.flatMap { category in
            Severity.allCases.flatMap { severity in
                CaseOpened.Origin.allCases.map { Cell(category: category, severity: severity, origin: $0) }
            }
        }
    }

    private func isUnreachable(_ rule: TriageRules.Rule, behind earlier: ArraySlice<TriageRules.Rule>) -> Bool {
        let own = cells.filter { rule.conditions.isFor($0) }
        return !own.isEmpty && own.allSatisfy { cell in earlier.contains { takes($0, all: rule, of: cell) } }
    }

    /// Whether all that a later rule could decide in a cell meets an earlier one first.
    private func takes(_ earlier: TriageRules.Rule, all later: TriageRules.Rule, of cell: Cell) -> Bool {
        let (first, second) = (earlier.conditions, later.conditions)
        guard first.isFor(cell) else { return false }
        if let place = first.place, second.place.map({ !place.contains($0) }) ?? true { return false }
        if first.words.isEmpty { return true }
        let words = first.words.map { FoldedText($0) }
        // A text with the longer word has the shorter one in it too.
        return !second.words.isEmpty
            && second.words.allSatisfy { word in words.contains { FoldedText(word).contains($0) } }
    }

    private func overlaps(_ earlier: TriageRules.Rule, _ later: TriageRules.Rule) -> Bool {
        cells.contains { later.conditions.isFor($0) && takes(earlier, all: later, of: $0) }
    }
}

extension TriageRules.Conditions {
    fileprivate func isFor(_ cell: RuleCheck.Cell) -> Bool {
        (category.map(cell.category.isWithin) ?? true)
            && (severities.isEmpty || severities.contains(cell.severity))
            && (origins.isEmpty || origins.contains(cell.origin))
    }
}
