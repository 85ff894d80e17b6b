import Contracts

/// What people and clocks may do to a case: pure. A decision is a list of changes, or why not.
struct CaseDecision {
    let directory: DirectoryView
    let policy: CasePolicy

    typealias Outcome = Result<[CaseChange], Refusal>

    /// A person's action on a case.
    ///
    /// The directory has to hold whom and what the action names: the postings of whoever acts and of `person`, the `unit`,
    /// and the departments.
    ///
    /// - Parameter cause: who acts, when, and the action's id, which the whistle's id follows from.
    func decide(_ action: CaseAction, on state: CaseState, _ cause: EventEnvelope) -> Outcome {
        guard let actor = cause.actor else {
            return .failure(Refusal(.unknownPerson, "nobody is named as the one who acts: set ce_actor"))
        }
        guard directory.postings[actor] != nil else {
            return .failure(Refusal(.unknownPerson, "the actor is not in the directory: list the person first"))
        }
        guard cause.time >= state.openedAt else {
            return .failure(Refusal(.wrongState, "the case was opened after that time: check the time of the action"))
        }
        if let version = action.version, version != state.version {
            return .failure(
                Refusal(.stale, "the case is at version \(state.version) (\(state.status.rawValue)): look again"))
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

    // MARK: Who may

    static let staff: Set<Role> = supervisors.union([
        .gridChief, .buildingChief, .unitChief, .steward, .specialist, .property,
    ])
    static let supervisors: Set<Role> = [.community, .town, .city]

    /// Nil for whoever is posted to the unit that the case waits for, or above it.
    func refusalUnlessOwner(_ scene: Scene) -> Refusal? {
        let unit = scene.state.owner.unit
        if directory.reaches(scene.actor, unit, as: Self.staff, at: scene.time) { return nil }
        return Refusal(.outsideReach, "the case waits for unit \(unit): its staff, or those above it, may do this")
    }

    /// Nil for the staff of the case's community and of those above it.
    func refusalUnlessSupervisor(_ scene: Scene) -> Refusal? {
        let community = scene.state.community
        if directory.reaches(scene.actor, community, as: Self.supervisors, at: scene.time) { return nil }
        return Refusal(.notAllowed, "this is for the staff of community \(community), its town or the city")
    }

    // MARK: What the case must be

    func refusalUnlessOpen(_ state: CaseState, to action: String) -> Refusal? {
        state.isOpen ? nil : wrongState(state, action, "assigned or accepted")
    }

    /// What needs the whistle to be over: nil if it is, or if none was blown.
    func refusalWhileWhistling(_ state: CaseState) -> Refusal? {
        guard state.openWhistle != nil else { return nil }
        return Refusal(.wrongState, "a whistle is open on the case: end it first")
    }

    func wrongState(_ state: CaseState, _ action: String, _ wanted: String) -> Refusal {
        Refusal(.wrongState, "the case is \(state.status.rawValue): to \(action) it must be \(wanted)")
    }

    /// A unit that an action names: nil if it is listed and still there.
    func refusal(of unit: UnitCode, at time: Instant) -> Refusal? {
        guard let listed = directory.units[unit] else {
            return Refusal(.unknownUnit, "unit \(unit) is not in the directory: check the code")
        }
        guard let retired = listed.retired, retired <= time else { return nil }
        return Refusal(.unknownUnit, "unit \(unit) was retired before: use the unit that took its place")
    }
}
