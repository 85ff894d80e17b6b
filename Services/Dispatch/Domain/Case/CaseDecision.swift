import Contracts

/// What people and clocks may do to a case: pure. A decision is a list of changes, or why not.
struct CaseDecision {
    let directory: DirectoryView
    let policy: CasePolicy
    /// Who heads each department whose no-show may have to be told.
    var heads: [DepartmentCode: PersonID] = [:]
    /// The departments that a whistle calls where its blower names none: by code, with their pairings.
    var callable: [DepartmentListed] = []

    typealias Outcome = Result<[CaseChange], Refusal>

    /// A person's action on a case.
    ///
    /// The directory has to hold whom and what the action names: the postings of whoever acts and of `person`, the `unit`,
    /// and the departments.
    ///
    /// - Parameter cause: who acts, when, and the action's id, which the whistle's id follows from.
    func decide(_ action: CaseAction, on state: CaseState, _ cause: EventEnvelope) -> Outcome {
        switch scene(action, on: state, cause) {
        case .failure(let refusal): .failure(refusal)
        case .success(let scene): decide(action, scene)
        }
    }

    /// What holds for every action: somebody known acts, on the case that she saw, after it was opened.
    func scene(_ action: CaseAction, on state: CaseState, _ cause: EventEnvelope) -> Result<Scene, Refusal> {
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
        return .success(Scene(state: state, actor: actor, cause: cause))
    }

    private func decide(_ action: CaseAction, _ scene: Scene) -> Outcome {
        switch action.action {
        case .accept: accept(scene)
        case .start: start(scene)
        case .refuse: refuse(action, scene)
        case .handOver: handOver(action, scene)
        case .pause: pause(action, scene)
        case .resume: resume(scene)
        case .askExtension: askExtension(action, scene)
        case .grantExtension: decideExtension(action, granted: true, scene)
        case .refuseExtension: decideExtension(action, granted: false, scene)
        case .resolve: resolve(action, scene)
        case .verify: verify(action, scene)
        case .rate: rate(action, scene)
        case .sendBack: sendBack(action, scene)
        case .close: close(scene)
        case .reopen: reopen(action, scene)
        case .reclassify: reclassify(action, scene)
        case .correct: correct(action, scene)
        case .withdraw: withdraw(action, scene)
        // The App brings the other case, and calls `decideJoining`; without it there is none.
        case .join: .failure(Refusal(.unknownCase, "there is no such case to join: check its id"))
        case .split:
            .failure(Refusal(.wrongState, "the case is not part of another one: there is nothing to split off"))
        case .supervise: supervise(action, scene)
        case .answer: answer(action, scene)
        case .blowWhistle: blowWhistle(action, scene)
        case .approveWhistle: approveWhistle(scene)
        case .refuseWhistle: refuseWhistle(action, scene)
        case .changeWhistle: changeWhistle(action, scene)
        case .sign: progress(action, .signed, scene)
        case .contact: progress(action, .contacted, scene)
        case .checkIn: checkIn(action, scene)
        case .contribute: progress(action, .contributed, scene)
        case .decline: decline(action, scene)
        case .decideDecline: decideDecline(action, scene)
        case .done: done(action, scene)
        case .withdrawNoShow: withdrawNoShow(action, scene)
        case .endWhistle: endWhistle(scene)
        case .judgeWhistle: judgeWhistle(action, scene)
        case .assessWhistle: assessWhistle(action, scene)
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

    /// Nil for whoever reported the case, and for the staff of its community and of those above it, who act for them.
    func refusalUnlessReporter(_ scene: Scene) -> Refusal? {
        if scene.state.reporters.contains(scene.actor) { return nil }
        return refusalUnlessSupervisor(scene).map { _ in
            Refusal(
                .notAllowed,
                "this is for whoever reported it, or the staff of community \(scene.state.community) for them")
        }
    }

    /// Nil for the staff of the case's community and of those above it.
    func refusalUnlessSupervisor(_ scene: Scene) -> Refusal? {
        let community = scene.state.community
        if directory.reaches(scene.actor, community, as: Self.supervisors, at: scene.time) { return nil }
        return Refusal(.notAllowed, "this is for the staff of community \(community), its town or the city")
    }

    // MARK: What the case must be

    func refusalUnlessOpen(_ state: CaseState, to action: String) -> Refusal? {
        guard state.isOpen else { return wrongState(state, action, "assigned, accepted or in hand") }
        return refusalWhilePaused(state)
    }

    func refusalWhilePaused(_ state: CaseState) -> Refusal? {
        state.pause.map { Refusal(.wrongState, "the case is paused until \($0.until): resume it first") }
    }

    /// What needs the whistle to be over: nil if it is, or if none was blown.
    func refusalWhileWhistling(_ state: CaseState) -> Refusal? {
        if state.whistleAsked != nil {
            return Refusal(.wrongState, "a whistle waits for approval: let it be decided on first")
        }
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
