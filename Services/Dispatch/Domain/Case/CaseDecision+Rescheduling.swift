import Contracts

// Another calendar, or other rules, move the deadlines of what is open.
extension CaseDecision {
    /// The deadlines as the present calendar and rules have them; nothing where none moves.
    ///
    /// What was missed stays missed, and what was granted stays granted: only clocks that have not run out move, and only
    /// to a time that is still to come. Rules of a later version than the case began with bring their limits.
    func reschedule(_ state: CaseState, at now: Instant) -> [CaseChange] {
        guard state.isOpen else { return [] }
        let calendar = policy.calendar
        let isLater = state.rulesVersion.map { $0 < policy.triage.version } ?? false
        let limits = isLater ? policy.limits(of: state) : state.limits
        func moved(_ former: Instant, _ due: Instant) -> Instant { former > now && due > now ? due : former }

        var accept = state.acceptBy
        if state.status == .assigned, !state.acceptSlip.isRed {
            // Of before a person said that it is handled otherwise: that changes the time to resolve it alone.
            let limit = isLater ? limits.accept : state.acceptLimit ?? limits.accept
            accept = moved(accept, calendar.due(limit, after: state.acceptFrom))
        }
        var resolve = state.resolveBy
        if state.extended?.granted != true, !state.resolveSlip.isRed {
            resolve = moved(resolve, state.resolveBasis.due(calendar, limit: limits.resolve))
        }
        var answer: Instant?
        if state.startedAt == nil, let former = state.answerBy, let basis = state.answerBasis, !state.answerSlip.isRed {
            answer = moved(former, basis.due(calendar, limit: isLater ? limits.answer : nil))
        }
        guard accept != state.acceptBy || resolve != state.resolveBy || (answer ?? state.answerBy) != state.answerBy
        else { return [] }
        return [
            .rescheduled(
                CaseRescheduled(
                    case: state.id, sequence: state.version + 1, unit: state.unit, acceptBy: accept,
                    resolveBy: resolve, formerAcceptBy: state.acceptBy, formerResolveBy: state.resolveBy,
                    policy: policy.name, answerBy: answer, rules: limits == state.limits ? nil : policy.triage.version))
        ]
    }
}

extension CaseState {
    /// Of the rule that the case began with: `rule 12 of version 3: …`
    fileprivate var rulesVersion: Int? {
        guard let range = rule.firstRange(of: " of version ") else { return nil }
        return Int(rule[range.upperBound...].prefix { $0.isNumber })
    }
}
