import Contracts

// The part of whoever the case waits for: take it, pass it on, settle it.
extension CaseDecision {
    func accept(_ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.status == .assigned else { return .failure(wrongState(state, "accept", "assigned")) }
        if let refusal = refusalUnlessOwner(scene) { return .failure(refusal) }
        return .success([.accepted(accepted(by: Owner(unit: state.owner.unit, person: scene.actor), scene))])
    }

    func accepted(by owner: Owner, _ scene: Scene) -> CaseAccepted {
        CaseAccepted(
            case: scene.state.id, sequence: scene.sequence(), unit: scene.state.unit, owner: owner,
            inTime: scene.time <= scene.state.acceptBy)
    }

    /// A case goes to another unit of its community or one rung up, so that nobody can put it out of reach of the clocks.
    /// Passed on twice without anybody having accepted it, it can only go up.
    func handOver(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        if let refusal = refusalUnlessOpen(state, to: "hand over") { return .failure(refusal) }
        if let refusal = refusalUnlessOwner(scene) { return .failure(refusal) }
        guard action.unit != nil || action.person != nil else {
            return .failure(Refusal(.malformed, "a hand-over needs a unit or a person"))
        }
        let to = Owner(unit: action.unit ?? state.owner.unit, person: action.person)
        guard to != state.owner else {
            return .failure(Refusal(.wrongState, "the case is there already: name another unit or person"))
        }
        if let refusal = refusal(ofOwner: to, scene) { return .failure(refusal) }
        return .success(handedOver(to: to, action.reason, scene))
    }

    /// Not ours (退单): it goes to the rung above, with the reason.
    func refuse(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.status == .assigned else { return .failure(wrongState(state, "refuse", "assigned")) }
        if let refusal = refusalUnlessOwner(scene) { return .failure(refusal) }
        guard let up = Rung(of: state.owner.unit).next.flatMap({ state.unit.ancestor(at: $0.level) }) else {
            return .failure(
                Refusal(.wrongState, "nobody is above unit \(state.owner.unit): accept the case, or hand it over"))
        }
        guard let reason = action.reason, !reason.isEmpty else {
            return .failure(Refusal(.malformed, "a refusal needs a reason"))
        }
        return .success(handedOver(to: Owner(unit: up), reason, scene))
    }

    /// Passed on three times without anybody having accepted it, the next rung is told (提级督办).
    private func handedOver(to: Owner, _ reason: String?, _ scene: Scene) -> [CaseChange] {
        let state = scene.state
        let event = CaseHandedOver(
            case: state.id, sequence: scene.sequence(), unit: state.unit, from: state.owner, to: to,
            count: state.handOvers + 1, reason: reason,
            acceptBy: policy.calendar.due(state.limits.accept, after: scene.time))
        let rung = max(state.rung, Rung(of: to.unit))
        guard state.passes + 1 == policy.supervision.passes, let next = rung.next else { return [.handedOver(event)] }
        return [
            .handedOver(event),
            .climbed(climbed(state, .handedOver, from: rung, to: next, due: scene.time, ordinal: 1)),
        ]
    }

    /// Work begins, and whoever reported it has a first answer.
    func start(_ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.status == .accepted else { return .failure(wrongState(state, "start", "accepted")) }
        if let refusal = refusalWhilePaused(state) ?? refusalUnlessOwner(scene) { return .failure(refusal) }
        return .success([
            .started(
                CaseStarted(
                    case: state.id, sequence: scene.sequence(), unit: state.unit,
                    owner: Owner(unit: state.owner.unit, person: scene.actor),
                    inTime: state.answerBy.map { scene.time <= $0 }))
        ])
    }

    func resolve(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        if let refusal = refusalUnlessOpen(state, to: "resolve") { return .failure(refusal) }
        if let refusal = refusalUnlessOwner(scene) { return .failure(refusal) }
        if let refusal = refusalWhileWhistling(state) { return .failure(refusal) }
        return .success([
            .resolved(
                CaseResolved(
                    case: state.id, sequence: scene.sequence(), unit: state.unit,
                    by: Owner(unit: state.owner.unit, person: scene.actor), inTime: scene.time <= state.resolveBy,
                    evidence: action.evidence))
        ])
    }

    // MARK: To whom

    private func refusal(ofOwner to: Owner, _ scene: Scene) -> Refusal? {
        let state = scene.state
        if to.unit != state.owner.unit, let refusal = refusal(of: to.unit, at: scene.time) { return refusal }
        let up = Rung(of: state.owner.unit).next.flatMap { state.unit.ancestor(at: $0.level) }
        guard state.community.contains(to.unit) || to.unit == state.owner.unit || to.unit == up else {
            return Refusal(.outsideReach, "the unit is neither of the case's community nor one step above its owner")
        }
        // The last time it goes up, as in Bayannur, where three transfers without an owner make it a problem order.
        if state.status == .assigned, state.passes >= policy.supervision.passes - 1, let up, to.unit != up {
            return Refusal(
                .wrongState,
                "nobody has accepted the case, and it was passed on twice: accept it, or hand it over to unit \(up)")
        }
        guard let person = to.person else { return nil }
        guard directory.postings[person] != nil else {
            return Refusal(.unknownPerson, "the person named is not in the directory: check the id")
        }
        if directory.reaches(person, to.unit, as: Self.staff, at: scene.time) { return nil }
        return Refusal(.outsideReach, "the person named is not posted to unit \(to.unit): name one who is")
    }
}
