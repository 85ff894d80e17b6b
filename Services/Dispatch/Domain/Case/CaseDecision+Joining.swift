import Contracts

// One matter in several cases: a person joins one to another and splits it off again, and repeats of a known matter are
// joined by themselves.
extension CaseDecision {
    /// What happens to the two cases: to the one that goes on as part of the other, and to that other.
    struct Pair: Equatable {
        var own: [CaseChange]
        var other: [CaseChange]
    }

    /// A person's joining or splitting off.
    ///
    /// - Parameters:
    ///   - state: the case that the action is about.
    ///   - other: the one that it is joined to, or was.
    func decideJoining(
        _ action: CaseAction, on state: CaseState, with other: CaseState, _ cause: EventEnvelope
    ) -> Result<Pair, Refusal> {
        switch scene(action, on: state, cause) {
        case .failure(let refusal): .failure(refusal)
        case .success(let scene): action.action == .join ? join(action, scene, other) : split(action, scene, other)
        }
    }

    private func join(_ action: CaseAction, _ scene: Scene, _ other: CaseState) -> Result<Pair, Refusal> {
        let state = scene.state
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        guard directory.reaches(scene.actor, other.community, as: Self.supervisors, at: scene.time) else {
            return .failure(
                Refusal(
                    .notAllowed, "the other case is for the staff of community \(other.community), or those above it"))
        }
        if let refusal = refusalToJoin(state, other) { return .failure(refusal) }
        return .success(joined(state, other, action.reason ?? "the same matter"))
    }

    private func refusalToJoin(_ state: CaseState, _ other: CaseState) -> Refusal? {
        guard state.isOpen else { return wrongState(state, "join", "assigned, accepted or in hand") }
        if let refusal = refusalWhileWhistling(state) { return refusal }
        guard state.id != other.id else { return Refusal(.malformed, "a case cannot be joined to itself") }
        guard other.isOpen else {
            return Refusal(.wrongState, "the other case is \(other.status.rawValue): join it to one that is open")
        }
        guard state.members.isEmpty else {
            return Refusal(.wrongState, "other cases are part of this one: join the other one to it instead")
        }
        guard other.members.count < policy.joining.atMost else {
            return Refusal(.overLimit, "\(other.members.count) cases are part of the other one: that is all it takes")
        }
        return nil
    }

    private func joined(_ state: CaseState, _ other: CaseState, _ reason: String) -> Pair {
        Pair(
            own: [
                .joinedTo(
                    CaseJoinedTo(
                        case: state.id, sequence: state.version + 1, unit: state.unit, into: other.id, reason: reason))
            ],
            other: [
                .joined(
                    CaseJoined(
                        case: other.id, sequence: other.version + 1, unit: other.unit, origin: state.origin,
                        input: state.id.description, reason: reason, from: state.id, reporters: state.reporters))
            ])
    }

    /// It begins anew where it had begun, with all its time.
    private func split(_ action: CaseAction, _ scene: Scene, _ other: CaseState) -> Result<Pair, Refusal> {
        let state = scene.state
        guard state.joinedTo == other.id else {
            return .failure(Refusal(.wrongState, "the case is not part of another one: there is nothing to split off"))
        }
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        let calendar = policy.calendar
        let reason = action.reason ?? ""
        return .success(
            Pair(
                own: [
                    .split(
                        CaseSplit(
                            case: state.id, sequence: scene.sequence(), unit: state.unit, from: other.id,
                            reason: reason, owner: Owner(unit: state.owner.unit),
                            acceptBy: calendar.due(state.limits.accept, after: scene.time),
                            resolveBy: calendar.due(state.limits.resolve, after: scene.time),
                            answerBy: state.limits.answer.map { calendar.due($0, after: scene.time) }))
                ],
                other: [
                    .parted(
                        CaseParted(
                            case: other.id, sequence: other.version + 1, unit: other.unit, from: state.id,
                            reason: reason,
                            // Whoever reported the other one too stays with it.
                            reporters: state.reporters.filter { $0 != other.reporters.first }))
                ]))
    }

    // MARK: Repeats

    /// Joins a case to the known matter that it repeats; nil where there is none.
    ///
    /// What is found follows from when the reports were made alone, and not from which of them came or was settled first: a
    /// repeat of a repeat belongs to the first of them, settled or not.
    ///
    /// - Parameters:
    ///   - others: the cases of the same kind and place from twice the policy's time before, in the order in which they were
    ///     opened. There may be thousands where a whole street calls: most often the first is the one.
    ///   - find: one of them as it is now, or one that it is part of.
    func settle(
        _ state: CaseState, among others: [EventID], _ find: (EventID) -> CaseState?
    ) -> (into: EventID, Pair)? {
        guard state.isOpen, state.members.isEmpty, state.openWhistle == nil, state.whistleAsked == nil,
            policy.joining.covers(state.category, state.unit)
        else { return nil }
        guard let head = head(of: state, among: others, find), head.id != state.id, refusalToJoin(state, head) == nil
        else { return nil }
        return (head.id, joined(state, head, "reported again: the same place and kind"))
    }

    private func head(
        of state: CaseState, among others: [EventID], _ find: (EventID) -> CaseState?
    ) -> CaseState? {
        if let into = state.joinedTo { return find(into) }
        // Each step goes back in time, so that it comes to an end.
        guard let first = firstRepeated(by: state, among: others, find) else { return state }
        return head(of: first, among: others, find)
    }

    /// The first of the others that a case repeats. Not by way of `lazy`, which a closure that does not escape takes for the eager one:
    /// all the others would be copied for each case, and the first case of all would be compared with everything after it.
    private func firstRepeated(
        by state: CaseState, among others: [EventID], _ find: (EventID) -> CaseState?
    ) -> CaseState? {
        for id in others {
            guard let other = find(id) else { continue }
            guard (other.openedAt, other.id) < (state.openedAt, state.id) else { return nil }
            if other.isOpen || other.joinedTo != nil, other.unit == state.unit, other.category == state.category,
                state.openedAt <= policy.calendar.due(policy.joining.within, after: other.openedAt)
            {
                return other
            }
        }
        return nil
    }
}
