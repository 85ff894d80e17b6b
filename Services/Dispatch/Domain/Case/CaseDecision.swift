import Contracts

/// What people and clocks may do to a case: pure. A decision is a list of changes, or why not.
struct CaseDecision {
    let directory: DirectoryView
    let policy: CasePolicy

    typealias Outcome = Result<[CaseChange], Refusal>

    /// A person's action on a case.
    ///
    /// - Parameter cause: who acts, when, and the action's id, which the whistle's id follows from.
    func decide(_ action: CaseAction, on state: CaseState, _ cause: EventEnvelope) -> Outcome {
        guard let actor = cause.actor else {
            return .failure(Refusal(.unknownPerson, "nobody is named as the one who acts: set ce_actor"))
        }
        guard directory.postings[actor] != nil else {
            return .failure(Refusal(.unknownPerson, "the actor is not in the directory: list the person first"))
        }
        if cause.time < state.openedAt {
            return .failure(Refusal(.wrongState, "the case was opened after that time: check the time of the action"))
        }
        if let version = action.version, version != state.version {
            return .failure(
                Refusal(
                    .stale, "the case has moved on to version \(state.version) (\(state.status.rawValue)): look again"))
        }
        let scene = Scene(state: state, actor: actor, cause: cause)
        switch action.action {
        case .accept: return accept(scene)
        case .handOver: return handOver(action, scene)
        case .resolve: return resolve(action, scene)
        case .rate: return rate(action, scene)
        case .close: return close(scene)
        case .reclassify: return reclassify(action, scene)
        case .withdraw: return withdraw(action, scene)
        case .blowWhistle: return blowWhistle(action, scene)
        case .checkIn: return checkIn(action, scene)
        case .decline: return decline(action, scene)
        case .done: return done(action, scene)
        case .endWhistle: return endWhistle(scene)
        }
    }

    /// An action as it meets a case.
    struct Scene {
        let state: CaseState
        let actor: PersonID
        let cause: EventEnvelope

        var time: Instant { cause.time }
        /// The sequence number of the n-th change of this decision, from 0.
        func sequence(_ n: Int = 0) -> Int { state.version + 1 + n }
    }

    // MARK: The owner's part

    private func accept(_ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.status == .assigned else { return wrongState(state, "accept", "assigned") }
        if let refusal = refusalUnlessOwner(scene) { return .failure(refusal) }
        return .success([
            .accepted(
                CaseAccepted(
                    case: state.id, sequence: scene.sequence(), unit: state.unit,
                    owner: Owner(unit: state.owner.unit, person: scene.actor), inTime: scene.time <= state.acceptBy))
        ])
    }

    private func handOver(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.isOpen else { return wrongState(state, "hand over", "assigned or accepted") }
        if let refusal = refusalUnlessOwner(scene) { return .failure(refusal) }
        let unit = action.unit ?? state.owner.unit
        guard directory.units[unit] != nil else {
            return .failure(Refusal(.unknownUnit, "unit \(unit) is not in the directory: check the code"))
        }
        guard state.community.contains(unit) || unit.contains(state.unit) else {
            return .failure(
                Refusal(.outsideReach, "the unit is neither of the case's community nor above it: name one that is"))
        }
        let to = Owner(unit: unit, person: action.person)
        guard to != state.owner else {
            return .failure(Refusal(.wrongState, "the case is there already: name another unit or person"))
        }
        return .success([
            .handedOver(
                CaseHandedOver(
                    case: state.id, sequence: scene.sequence(), unit: state.unit, from: state.owner, to: to,
                    count: state.handOvers + 1, reason: action.reason,
                    acceptBy: policy.calendar.due(state.limits.accept, after: scene.time)))
        ])
    }

    private func resolve(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.isOpen else { return wrongState(state, "resolve", "assigned or accepted") }
        if let whistle = state.whistle, whistle.isOpen {
            return .failure(Refusal(.wrongState, "a whistle is open on the case: end it first"))
        }
        if let refusal = refusalUnlessOwner(scene) { return .failure(refusal) }
        return .success([
            .resolved(
                CaseResolved(
                    case: state.id, sequence: scene.sequence(), unit: state.unit,
                    by: Owner(unit: state.owner.unit, person: scene.actor), inTime: scene.time <= state.resolveBy,
                    evidence: action.evidence))
        ])
    }

    // MARK: The community's part

    static let supervisors: Set<Role> = [.community, .town, .city]

    private func rate(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.status == .resolved, let settledBy = state.resolvedBy, let rating = action.rating else {
            return wrongState(state, "rate", "resolved")
        }
        guard state.rating == nil else {
            return .failure(Refusal(.wrongState, "the case has been rated: each settlement is rated once"))
        }
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        return .success([
            .rated(
                CaseRated(
                    case: state.id, sequence: scene.sequence(), unit: state.unit, rating: rating, settledBy: settledBy))
        ])
    }

    private func close(_ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.status == .resolved else { return wrongState(state, "close", "resolved") }
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        return .success([
            .closed(
                CaseClosed(case: state.id, sequence: scene.sequence(), unit: state.unit, outcome: .settled))
        ])
    }

    private func withdraw(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.isOpen else { return wrongState(state, "withdraw", "assigned or accepted") }
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        return .success([
            .closed(
                CaseClosed(
                    case: state.id, sequence: scene.sequence(), unit: state.unit, outcome: .withdrawn,
                    reason: action.reason))
        ])
    }

    private func reclassify(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.isOpen, let handling = action.handling else {
            return wrongState(state, "reclassify", "assigned or accepted")
        }
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        guard handling != state.handling else {
            return .failure(Refusal(.wrongState, "the case is \(handling.rawValue) already: name another handling"))
        }
        let limits = policy.triage.limits(handling: handling, severity: state.severity)
        return .success([
            .reclassified(
                CaseReclassified(
                    case: state.id, sequence: scene.sequence(), unit: state.unit, from: state.handling, to: handling,
                    reason: action.reason ?? "", resolveBy: policy.calendar.due(limits.resolve, after: scene.time)))
        ])
    }

    // MARK: Who may

    /// The person the case waits for, or whoever is posted to its unit or above.
    private func refusalUnlessOwner(_ scene: Scene) -> Refusal? {
        let owner = scene.state.owner
        if owner.person == scene.actor { return nil }
        if directory.reaches(scene.actor, owner.unit, as: Self.staff, at: scene.time) { return nil }
        return Refusal(
            .outsideReach, "the case waits for unit \(owner.unit): its staff, or those above it, may do this")
    }

    static let staff: Set<Role> = [
        .gridChief, .buildingChief, .unitChief, .steward, .specialist, .property, .community, .town, .city,
    ]

    func refusalUnlessSupervisor(_ scene: Scene) -> Refusal? {
        if directory.reaches(scene.actor, scene.state.community, as: Self.supervisors, at: scene.time) { return nil }
        return Refusal(
            .notAllowed, "this is for the staff of community \(scene.state.community), its town or the city")
    }

    func wrongState(_ state: CaseState, _ action: String, _ wanted: String) -> Outcome {
        .failure(Refusal(.wrongState, "the case is \(state.status.rawValue): to \(action) it must be \(wanted)"))
    }
}
