import Contracts

extension CaseDecision {
    /// What happens when a clock of the case has run out. Nothing, if the case has moved on.
    ///
    /// It happened when the clock ran out, however late anybody looked: that is the time of the events and what the next
    /// clock counts from.
    func decide(_ clock: CaseClock, on state: CaseState) -> [CaseChange] {
        guard state.clocks.contains(clock) else { return [] }
        switch clock.kind {
        case .yellow: return warn(state, .yellow, clock)
        case .red: return warn(state, .red, clock)
        case .accept: return withSlip(state, .accept, climb(state, .notAccepted, due: clock.due), at: clock.due)
        case .climb: return withSlip(state, .resolve, climb(state, .overdue, due: clock.due), at: clock.due)
        case .arrive: return miss(state, Int(clock.ordinal), due: clock.due)
        case .resume: return state.pause.map { [resumed(state, $0, at: clock.due, early: false)] } ?? []
        }
    }

    /// What the clocks that ran out before a time do, in their order. An action of that time meets the case that they leave
    /// behind: which of the two was looked at first then makes no difference.
    func runClocks(of state: CaseState, before time: Instant) -> [(change: CaseChange, at: Instant)] {
        var state = state
        var changes: [(change: CaseChange, at: Instant)] = []
        while let clock = state.clocks.min(), clock.due < time {
            // Each one gives a slip, ends a pause or raises a rung, so that they come to an end.
            for change in decide(clock, on: state) {
                state.apply(change, at: clock.due, policy)
                changes.append((change, clock.due))
            }
        }
        return changes
    }

    private func warn(_ state: CaseState, _ slip: Slip, _ clock: CaseClock) -> [CaseChange] {
        guard let place = DeadlinePlace(ordinal: clock.ordinal),
            let deadline = state.deadlines.first(where: { $0.place == place })
        else { return [] }
        let isDepartments = ![.accept, .answer, .resolve].contains(place.deadline)
        let department = isDepartments ? state.openWhistle?.parts[place.part].department : nil
        return [
            .warned(
                CaseWarned(
                    case: state.id, sequence: state.version + 1, unit: state.unit, slip: slip,
                    deadline: place.deadline, due: deadline.due, department: department))
        ]
    }

    /// The red slip comes before the climb, whichever of the two clocks is looked at first.
    private func withSlip(
        _ state: CaseState, _ deadline: CaseDeadline, _ climb: [CaseChange], at due: Instant
    ) -> [CaseChange] {
        let red = CaseClock(kind: .red, ordinal: DeadlinePlace(deadline).ordinal, due: due)
        guard state.clocks.contains(red), case .climbed(var event)? = climb.first else { return climb }
        let slip = warn(state, .red, red)
        event.sequence += slip.count
        return slip + [.climbed(event)]
    }

    private func climb(_ state: CaseState, _ reason: CaseClimbed.Reason, due: Instant) -> [CaseChange] {
        guard let next = state.rung.next else { return [] }
        return [.climbed(climbed(state, reason, from: state.rung, to: next, due: due))]
    }

    /// The first time it is a no-show; then, and each time after, the next rung is told.
    private func miss(_ state: CaseState, _ index: Int, due: Instant) -> [CaseChange] {
        guard let whistle = state.openWhistle, whistle.parts.indices.contains(index) else { return [] }
        let part = whistle.parts[index]
        guard let next = part.rung.next else { return [] }
        var changes: [CaseChange] = []
        if part.attendance == .summoned {
            let event = WhistleMissed(
                case: state.id, sequence: state.version + 1, unit: state.unit, whistle: whistle.id,
                department: part.department, due: due)
            changes.append(.missed(event))
        }
        var event = climbed(state, .noShow, from: part.rung, to: next, due: due)
        event.sequence += changes.count
        event.department = part.department
        event.head = heads[part.department]
        changes.append(.climbed(event))
        return changes
    }

    /// - Parameter ordinal: its place among the decision's changes.
    func climbed(
        _ state: CaseState, _ reason: CaseClimbed.Reason, from: Rung, to: Rung, due: Instant, ordinal: Int = 0
    ) -> CaseClimbed {
        CaseClimbed(
            case: state.id, sequence: state.version + 1 + ordinal, unit: state.unit, reason: reason, from: from, to: to,
            supervisor: state.unit.ancestor(at: to.level) ?? state.community, due: due)
    }

    func resumed(_ state: CaseState, _ pause: CaseState.Pause, at time: Instant, early: Bool) -> CaseChange {
        var after = state
        let event = CaseResumed(
            case: state.id, sequence: state.version + 1, unit: state.unit, pausedFrom: pause.from, early: early,
            resolveBy: state.resolveBy)
        after.apply(.resumed(event), at: time, policy)
        return .resumed(
            CaseResumed(
                case: state.id, sequence: state.version + 1, unit: state.unit, pausedFrom: pause.from, early: early,
                resolveBy: after.resolveBy, answerBy: after.answerBy))
    }
}
