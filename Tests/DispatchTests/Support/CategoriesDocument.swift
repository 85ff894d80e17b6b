import Contracts

@testable import muster_dispatch

/// The lists of docs/categories.md.
struct CategoriesDocument {
    let rules: TriageRules

    func markdown() -> String {
        let categories = rules.categories.values.sorted { $0.code < $1.code }
        let top = categories.filter { !$0.code.contains(".") }
        return [
            "Version \(rules.version), in force from \(rules.effective.iso): \(categories.count { level($0) == 3 }) categories of the "
                + "third level.",
            "## Rules", table(rules.rules + [rules.standard]),
            top.map { section($0, categories.filter { $0.code.contains(".") }) }.joined(separator: "\n\n"),
        ].joined(separator: "\n\n")
    }

    private func table(_ rules: [TriageRules.Rule]) -> String {
        markdownTable(
            ["rule", "why", "if", "handling", "begins at", "first answer", "to resolve: minor, normal, urgent"],
            rules.map { rule in
                [
                    String(rule.number), rule.reason, conditions(rule.conditions), rule.handling?.rawValue ?? "",
                    rule.owner?.rawValue ?? "", rule.limits.map(answer) ?? "", rule.limits.map(resolve) ?? "",
                ]
            })
    }

    private func conditions(_ conditions: TriageRules.Conditions) -> String {
        var parts: [String] = []
        if let category = conditions.category { parts.append("`\(category)`") }
        if !conditions.words.isEmpty { parts.append(conditions.words.joined(separator: ", ")) }
        parts += Severity.allCases.filter(conditions.severities.contains).map(\.rawValue)
        parts += CaseOpened.Origin.allCases.filter(conditions.origins.contains).map(\.rawValue)
        if let place = conditions.place { parts.append("in \(place)") }
        return parts.joined(separator: " · ")
    }

    private func section(_ top: TriageRules.Category, _ categories: [TriageRules.Category]) -> String {
        let rows = categories.filter { $0.isWithin(top.code) && level($0) == 3 }.map { category in
            [
                "`\(category.code)`", category.chinese, category.english, category.handling.rawValue,
                category.owner.rawValue, answer(category.limits), resolve(category.limits),
                category.departments.map(\.chinese).joined(separator: "、"),
            ]
        }
        let head = [
            "code", "中文", "English", "handling", "begins at", "first answer", "to resolve: minor, normal, urgent",
            "departments",
        ]
        return "## \(top.chinese) · \(top.english)\n\n" + markdownTable(head, rows)
    }

    private func resolve(_ limits: TriageRules.SeverityLimits) -> String {
        Severity.allCases.map { limits.of($0).resolve.description }.joined(separator: ", ")
    }

    /// Empty where none is asked for: what is settled within hours is the answer itself.
    private func answer(_ limits: TriageRules.SeverityLimits) -> String {
        let answers = Severity.allCases.map { limits.of($0).answer }
        if answers.allSatisfy({ $0 == nil }) { return "" }
        return answers.map { $0?.description ?? "none" }.joined(separator: ", ")
    }

    private func level(_ category: TriageRules.Category) -> Int { category.code.split(separator: ".").count }
}
