import Contracts

// The part of the community and of those above it: judge, close, withdraw, and say how a case is handled.
extension CaseDecision {
    func rate(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.status == .resolved || state.status == .verified, let settledBy = state.resolvedBy else {
            return .failure(wrongState(state, "rate", "resolved or verified"))
        }
        guard let rating = action.rating, (1...5).contains(rating) else {
            return .failure(Refusal(.malformed, "a rating is a number from 1 to 5"))
        }
        guard state.rating == nil else {
            return .failure(Refusal(.wrongState, "the case has been rated: each settlement is rated once"))
        }
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        let rated = CaseRated(
            case: state.id, sequence: scene.sequence(), unit: state.unit, rating: rating, settledBy: settledBy)
        return .success(withSupervision([.rated(rated)], scene))
    }

    func close(_ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.status == .resolved || state.status == .verified else {
            return .failure(wrongState(state, "close", "resolved or verified"))
        }
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        return .success([
            .closed(CaseClosed(case: state.id, sequence: scene.sequence(), unit: state.unit, outcome: .settled))
        ])
    }

    func withdraw(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.isOpen else { return .failure(wrongState(state, "withdraw", "assigned, accepted or in hand")) }
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        if let refusal = refusalWhileWhistling(state) { return .failure(refusal) }
        return .success([
            .closed(
                CaseClosed(
                    case: state.id, sequence: scene.sequence(), unit: state.unit, outcome: .withdrawn,
                    reason: action.reason))
        ])
    }

    func reclassify(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        if let refusal = refusalUnlessOpen(state, to: "reclassify") { return .failure(refusal) }
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        if let refusal = refusalWhileWhistling(state) { return .failure(refusal) }
        guard let handling = action.handling else {
            return .failure(Refusal(.malformed, "a reclassification needs small, big or hard"))
        }
        guard handling != state.handling else {
            return .failure(Refusal(.wrongState, "the case is \(handling.rawValue) already: name another handling"))
        }
        return .success([.reclassified(reclassified(as: handling, action.reason ?? "", scene))])
    }

    /// - Parameter ordinal: its place among the decision's changes.
    func reclassified(
        as handling: Handling, _ reason: String, _ scene: Scene, ordinal: Int = 0
    ) -> CaseReclassified {
        let limits = policy.triage.limits(handling: handling, severity: scene.state.severity)
        return CaseReclassified(
            case: scene.state.id, sequence: scene.sequence(ordinal), unit: scene.state.unit,
            from: scene.state.handling, to: handling, reason: reason,
            resolveBy: policy.calendar.due(limits.resolve, after: scene.time), rule: scene.state.rule)
    }
}
