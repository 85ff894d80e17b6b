import Contracts

// Supervision (督办): what is put before the levels above, what they ask, and what is answered.
extension CaseDecision {
    /// Adds that the next rung is told, where the changes are a cause for it: whoever reported is not content for the
    /// second time, or the case is opened again. One of the two tells one rung.
    func withSupervision(_ changes: [CaseChange], _ scene: Scene) -> [CaseChange] {
        var after = scene.state
        for change in changes { after.apply(change, at: scene.time, policy) }
        let isDissatisfied =
            after.dissatisfied > scene.state.dissatisfied && after.dissatisfied == policy.supervision.dissatisfied
        let isReopened = after.reopenings > scene.state.reopenings
        guard isDissatisfied || isReopened, let next = after.rung.next else { return changes }
        let reason: CaseClimbed.Reason = isDissatisfied ? .dissatisfied : .reopened
        return changes + [.climbed(climbed(after, reason, from: after.rung, to: next, due: scene.time))]
    }

    /// A person above orders that a case is seen to, and asks about it; her level is the one that she is posted to.
    func supervise(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.status != .closed else {
            return .failure(wrongState(state, "supervise", "open, resolved or verified"))
        }
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        guard let ask = action.reason, !ask.isEmpty else {
            return .failure(Refusal(.malformed, "an order needs a question or what is to be done"))
        }
        let units = directory.postings(of: scene.actor, at: scene.time)
            .filter { Self.supervisors.contains($0.role) }.compactMap(\.unit).filter { $0.contains(state.community) }
        guard let unit = units.min() else {
            return .failure(Refusal(.outsideReach, "the case is not within the unit of whoever orders"))
        }
        guard !state.questions.contains(where: { $0.unit == unit && $0.isOrder }) else {
            return .failure(Refusal(.wrongState, "unit \(unit) has asked before: wait for the answer"))
        }
        return .success([
            .supervised(
                CaseSupervised(
                    case: state.id, sequence: scene.sequence(), unit: state.unit, rung: Rung(of: unit),
                    supervisor: unit, ask: ask))
        ])
    }

    /// The owner answers, or the department whose no-show was told; those above may for them.
    func answer(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        guard let question = state.questions.first(where: { action.step == nil || $0.step == action.step }) else {
            let what = action.step.map { "step \($0) is not waiting for an answer" } ?? "nothing has been asked"
            return .failure(Refusal(.wrongState, "\(what): look at the case's supervision"))
        }
        guard let answer = action.reason, !answer.isEmpty else {
            return .failure(Refusal(.malformed, "an answer needs words"))
        }
        let speaks = question.department.map { directory.speaks(scene.actor, for: $0, at: scene.time) } ?? false
        if !speaks, let refusal = refusalUnlessOwner(scene) { return .failure(refusal) }
        return .success([
            .answered(
                CaseAnswered(
                    case: state.id, sequence: scene.sequence(), unit: state.unit, step: question.step,
                    rung: question.rung, supervisor: question.unit, answer: answer, department: question.department))
        ])
    }
}
