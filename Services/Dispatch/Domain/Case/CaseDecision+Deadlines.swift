import Contracts

// Pauses and more time: what stops or moves a case's deadlines, and who may.
extension CaseDecision {
    func pause(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.status == .accepted || state.status == .inHand else {
            return .failure(wrongState(state, "pause", "accepted or in hand"))
        }
        if let refusal = refusalWhilePaused(state) ?? refusalUnlessOwner(scene) ?? refusalWhileWhistling(state) {
            return .failure(refusal)
        }
        guard let code = action.pause, let reason = policy.pauses.reason(code) else {
            let known = policy.pauses.reasons.map(\.code).joined(separator: ", ")
            return .failure(Refusal(.malformed, "a pause needs a reason of the list: \(known)"))
        }
        guard state.pauses.count < policy.pauses.atMost else {
            return .failure(
                Refusal(.overLimit, "the case has been paused \(state.pauses.count) times: ask for an extension"))
        }
        let latest = policy.calendar.due(reason.longest, after: scene.time)
        guard let until = action.until, until > scene.time, until <= latest else {
            return .failure(
                Refusal(.malformed, "a pause for \(code) ends later than it begins, and by \(latest): give such an end")
            )
        }
        return .success([
            .paused(
                CasePaused(
                    case: state.id, sequence: scene.sequence(), unit: state.unit, reason: code, until: until))
        ])
    }

    func resume(_ scene: Scene) -> Outcome {
        let state = scene.state
        guard let pause = state.pause else {
            return .failure(Refusal(.wrongState, "the case is not paused: there is nothing to resume"))
        }
        if let refusal = refusalUnlessOwner(scene) { return .failure(refusal) }
        guard scene.time >= pause.from else {
            return .failure(Refusal(.wrongState, "the pause began after that time: check the time of the action"))
        }
        return .success([resumed(state, pause, at: scene.time, early: true)])
    }

    /// Once: a second extension would make the first deadline a matter of taste.
    func askExtension(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        if let refusal = refusalUnlessOpen(state, to: "ask for more time") ?? refusalUnlessOwner(scene) {
            return .failure(refusal)
        }
        if let extended = state.extended, extended.granted != false {
            let what =
                extended.granted == nil ? "has been asked for: wait for the answer" : "was granted before: once is all"
            return .failure(Refusal(.wrongState, "more time \(what)"))
        }
        let latest = policy.calendar.due(policy.longestExtension, after: state.resolveBy)
        guard let until = action.until, until > state.resolveBy, until > scene.time, until <= latest else {
            return .failure(
                Refusal(.malformed, "the deadline is \(state.resolveBy): ask for a later one, by \(latest) at most"))
        }
        let next = Rung(of: state.owner.unit).next ?? .city
        return .success([
            .extensionAsked(
                CaseExtensionAsked(
                    case: state.id, sequence: scene.sequence(), unit: state.unit, until: until,
                    reason: action.reason ?? "", approver: state.unit.ancestor(at: next.level) ?? state.community))
        ])
    }

    func decideExtension(_ action: CaseAction, granted: Bool, _ scene: Scene) -> Outcome {
        let state = scene.state
        if let refusal = refusalUnlessOpen(state, to: "decide on more time") { return .failure(refusal) }
        guard let extended = state.extended, extended.granted == nil else {
            return .failure(Refusal(.wrongState, "nobody asks for more time: there is nothing to decide"))
        }
        guard directory.reaches(scene.actor, extended.approver, as: Self.supervisors, at: scene.time) else {
            return .failure(
                Refusal(.notAllowed, "the staff of unit \(extended.approver), or those above it, decide on more time"))
        }
        return .success([
            .extensionDecided(
                CaseExtensionDecided(
                    case: state.id, sequence: scene.sequence(), unit: state.unit, granted: granted,
                    resolveBy: granted ? extended.until : state.resolveBy, reason: action.reason))
        ])
    }
}
