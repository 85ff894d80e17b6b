import Contracts

extension CaseDecision {
    /// What happens when a clock of the case has run out. Nothing, if the case has moved on.
    func decide(_ clock: CaseClock, on state: CaseState) -> [CaseChange] {
        guard state.clocks.contains(clock) else { return [] }
        switch clock.kind {
        case .accept: return climb(state, .notAccepted, due: clock.due)
        case .climb: return climb(state, .overdue, due: clock.due)
        case .arrive: return miss(state, Int(clock.ordinal), due: clock.due)
        }
    }

    private func climb(_ state: CaseState, _ reason: CaseClimbed.Reason, due: Instant) -> [CaseChange] {
        guard let next = state.rung.next else { return [] }
        return [
            .climbed(
                CaseClimbed(
                    case: state.id, sequence: state.version + 1, unit: state.unit, reason: reason, from: state.rung,
                    to: next, supervisor: state.unit.ancestor(at: next.level) ?? state.community, due: due))
        ]
    }

    /// The first time it is a no-show; then, and each time after, the next rung is told.
    private func miss(_ state: CaseState, _ index: Int, due: Instant) -> [CaseChange] {
        guard let whistle = state.whistle, whistle.parts.indices.contains(index) else { return [] }
        let part = whistle.parts[index]
        guard let next = part.rung.next else { return [] }
        var changes: [CaseChange] = []
        if part.attendance == .summoned {
            changes.append(
                .missed(
                    WhistleMissed(
                        case: state.id, sequence: state.version + 1, unit: state.unit, whistle: whistle.id,
                        department: part.department, due: due)))
        }
        changes.append(
            .climbed(
                CaseClimbed(
                    case: state.id, sequence: state.version + 1 + changes.count, unit: state.unit, reason: .noShow,
                    from: part.rung, to: next, supervisor: state.unit.ancestor(at: next.level) ?? state.community,
                    department: part.department, due: due)))
        return changes
    }
}
