import Contracts

// What happens to a case that is called settled: somebody makes sure, and it is done again where it is not.
extension CaseDecision {
    /// Whoever finds it unsettled opens it again by saying so.
    func verify(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.status == .resolved, let settledBy = state.resolvedBy else {
            return .failure(wrongState(state, "verify", "resolved"))
        }
        guard let means = action.means, let satisfied = action.satisfied else {
            return .failure(Refusal(.malformed, "a verification needs its means, and whether the matter is settled"))
        }
        if let refusal = refusal(of: means, settledBy, scene) { return .failure(refusal) }
        let verified = CaseVerified(
            case: state.id, sequence: scene.sequence(), unit: state.unit, means: means, satisfied: satisfied,
            settledBy: settledBy)
        guard !satisfied else { return .success([.verified(verified)]) }
        return .success(
            withSupervision(
                [.verified(verified), .reopened(reopened(means.grounds, action.reason, scene, ordinal: 1))], scene))
    }

    private func refusal(of means: VerificationMeans, _ settledBy: Owner, _ scene: Scene) -> Refusal? {
        switch means {
        case .reporter: return refusalUnlessReporter(scene)
        case .callBack: return refusalUnlessSupervisor(scene)
        case .visit:
            guard directory.reaches(scene.actor, scene.state.unit, as: Self.staff, at: scene.time) else {
                return Refusal(.outsideReach, "a visit is for the staff of unit \(scene.state.unit), or those above it")
            }
            guard scene.actor != settledBy.person else {
                return Refusal(.notAllowed, "whoever settled it cannot verify it: let somebody else look")
            }
            return nil
        }
    }

    func reopen(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        guard !state.isOpen, let resolvedAt = state.resolvedAt else {
            return .failure(wrongState(state, "reopen", "resolved, verified or closed as settled"))
        }
        guard state.joinedTo == nil else {
            return .failure(Refusal(.wrongState, "the case is part of another one: reopen that, or split this one off"))
        }
        guard scene.time >= resolvedAt else {
            return .failure(Refusal(.wrongState, "the case was settled after that time: check the time of the action"))
        }
        let end = policy.calendar.due(policy.reopening, after: resolvedAt)
        guard scene.time <= end else {
            return .failure(
                Refusal(.wrongState, "the case could be reopened until \(end): report the matter anew"))
        }
        guard let grounds = action.grounds, let reason = action.reason, !reason.isEmpty else {
            return .failure(Refusal(.malformed, "a reopening needs its grounds and a reason"))
        }
        let refusal = grounds == .dissatisfied ? refusalUnlessReporter(scene) : refusalUnlessSupervisor(scene)
        if let refusal { return .failure(refusal) }
        return .success(withSupervision([.reopened(reopened(grounds, reason, scene))], scene))
    }

    /// It is for the unit that had settled it, with all its time; whom it belongs to there is for that unit to say.
    private func reopened(
        _ grounds: ReopeningGrounds, _ reason: String?, _ scene: Scene, ordinal: Int = 0
    ) -> CaseReopened {
        let state = scene.state
        let calendar = policy.calendar
        return CaseReopened(
            case: state.id, sequence: scene.sequence(ordinal), unit: state.unit, grounds: grounds, reason: reason ?? "",
            owner: Owner(unit: state.resolvedBy?.unit ?? state.owner.unit), count: state.reopenings + 1,
            acceptBy: calendar.due(state.limits.accept, after: scene.time),
            resolveBy: calendar.due(state.limits.resolve, after: scene.time),
            answerBy: state.limits.answer.map { calendar.due($0, after: scene.time) })
    }

    /// The community looks before it closes, and finds that there is something left to do.
    func sendBack(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.status == .resolved, let settledBy = state.resolvedBy, let resolvedAt = state.resolvedAt else {
            return .failure(wrongState(state, "send back", "resolved"))
        }
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        guard let reason = action.reason, !reason.isEmpty else {
            return .failure(Refusal(.malformed, "what is sent back needs a reason"))
        }
        let gap = WorkCalendar.Gap(from: resolvedAt, to: max(resolvedAt, scene.time))
        return .success([
            .sentBack(
                CaseSentBack(
                    case: state.id, sequence: scene.sequence(), unit: state.unit, to: settledBy, reason: reason,
                    resolveBy: policy.calendar.shifted(state.resolveBy, of: state.limits.resolve, by: gap)))
        ])
    }

    /// A person knows better than what was taken down. New limits count from the correction on.
    func correct(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        if let refusal = refusalUnlessOpen(state, to: "correct") ?? refusalUnlessSupervisor(scene) {
            return .failure(refusal)
        }
        if action.handling != nil, let refusal = refusalWhileWhistling(state) { return .failure(refusal) }
        guard let reason = action.reason, !reason.isEmpty else {
            return .failure(Refusal(.malformed, "a correction needs a reason"))
        }
        let category = action.category.flatMap { $0 == state.category ? nil : $0 }
        let severity = action.severity.flatMap { $0 == state.severity ? nil : $0 }
        let handling = action.handling.flatMap { $0 == state.handling ? nil : $0 }
        let place = action.unit.flatMap { $0 == state.unit ? nil : $0 }
        guard category != nil || severity != nil || handling != nil || place != nil else {
            return .failure(Refusal(.wrongState, "the case is so already: name what is different"))
        }
        if let category, !policy.triage.knows(category) {
            return .failure(
                Refusal(.unknownCategory, "no rule knows the category: take one of docs/categories.md"))
        }
        if let place, let refusal = refusal(ofPlace: place, scene) { return .failure(refusal) }
        var after = state
        after.category = category ?? state.category
        after.severity = severity ?? state.severity
        after.handling = handling ?? state.handling
        after.unit = place ?? state.unit
        let limits = policy.limits(of: after)
        let isOther = (category != nil || severity != nil || handling != nil) && limits != state.limits
        return .success([
            .corrected(
                CaseCorrected(
                    case: state.id, sequence: scene.sequence(), unit: state.unit, reason: reason, rule: state.rule,
                    resolveBy: isOther ? policy.calendar.due(limits.resolve, after: scene.time) : state.resolveBy,
                    formerCategory: category.map { _ in state.category }, category: category,
                    formerSeverity: severity.map { _ in state.severity }, severity: severity,
                    formerHandling: handling.map { _ in state.handling }, handling: handling, place: place))
        ])
    }

    /// A case keeps the number of its community.
    private func refusal(ofPlace place: UnitCode, _ scene: Scene) -> Refusal? {
        guard scene.state.community.contains(place) else {
            return Refusal(
                .outsideReach,
                "the place is not in community \(scene.state.community): withdraw the case and report it there")
        }
        return refusal(of: place, at: scene.time)
    }
}

extension VerificationMeans {
    /// What a verification that fails opens the case again for.
    fileprivate var grounds: ReopeningGrounds {
        switch self {
        case .reporter: .dissatisfied
        case .callBack: .callBack
        case .visit: .community
        }
    }
}
