import Contracts

// What the rule that a case began by still says of it.
extension CasePolicy {
    /// The limits of a case as it is: those of its rule, or else of its category; where a person handles it in another way than they
    /// say, those of that handling.
    func limits(of state: CaseState) -> CaseLimits {
        if let rule = rule(of: state), let known = triage.categories[state.category],
            (rule.handling ?? known.handling) == state.handling
        {
            return (rule.limits ?? known.limits).of(state.severity)
        }
        return limits(category: state.category, handling: state.handling, severity: state.severity)
    }

    /// The kinds of department that a whistle on the case calls, most fitting first.
    func departments(of state: CaseState) -> [DepartmentKind] {
        rule(of: state)?.departments ?? triage.categories[state.category]?.departments ?? []
    }

    /// The rule that decided on the case, as long as these rules have it and the case is still one that it is for: a person may have
    /// set right what it went by.
    private func rule(of state: CaseState) -> TriageRules.Rule? {
        guard let rule = triage.rule(of: state.rule), let known = triage.categories[state.category] else { return nil }
        let conditions = rule.conditions
        guard conditions.admit(known, state.severity, state.origin), conditions.place?.contains(state.unit) ?? true
        else { return nil }
        return rule
    }
}

extension TriageRules {
    /// The rule that an explanation is of, `rule 12 of version 3: …`: by its number and its reason, since a later version may have
    /// given the number to another.
    func rule(of explanation: String) -> Rule? {
        let words = explanation.split(separator: " ", maxSplits: 2)
        guard words.count == 3, let number = Int(words[1]), let colon = explanation.firstRange(of: ": ") else {
            return nil
        }
        let reason = explanation[colon.upperBound...]
        return (rules + [standard]).first {
            $0.number == number && (reason == $0.reason || reason.hasPrefix($0.reason + Self.byWords))
        }
    }

    /// What stands in an explanation before the words that a category was found by.
    static let byWords = "; category by the words "
}
