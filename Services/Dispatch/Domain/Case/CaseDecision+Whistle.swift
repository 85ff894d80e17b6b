import Contracts

// The whistle (吹哨报到): a community calls departments, they come by a deadline, and a no-show climbs.
extension CaseDecision {
    /// Whoever blows has taken the case on, and it is a hard one from then on: what is missing of the two happens first.
    func blowWhistle(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        if let refusal = refusalUnlessOpen(state, to: "blow a whistle on") { return .failure(refusal) }
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        if let refusal = refusalWhileWhistling(state) { return .failure(refusal) }
        guard let kind = action.whistle, let departments = action.departments, !departments.isEmpty else {
            return .failure(Refusal(.malformed, "a whistle needs its kind and its departments"))
        }
        if let unknown = departments.first(where: { directory.departments[$0] == nil }) {
            return .failure(Refusal(.unknownDepartment, "department \(unknown) is not in the directory"))
        }
        guard Set(departments).count == departments.count else {
            return .failure(Refusal(.malformed, "a department is named twice: name each once"))
        }
        var changes: [CaseChange] = []
        if state.status == .assigned {
            let isAbove = state.owner.unit.contains(state.community)
            let unit = isAbove ? state.owner.unit : state.community
            changes.append(.accepted(accepted(by: Owner(unit: unit, person: scene.actor), scene)))
        }
        if state.handling != .hard {
            let reason = action.reason ?? "a whistle was blown"
            changes.append(.reclassified(reclassified(as: .hard, reason, scene, ordinal: changes.count)))
        }
        changes.append(.whistleBlown(whistleBlown(kind, departments, scene, ordinal: changes.count)))
        return .success(changes)
    }

    private func whistleBlown(
        _ kind: WhistleKind, _ departments: [DepartmentCode], _ scene: Scene, ordinal: Int
    ) -> WhistleBlown {
        let state = scene.state
        let limits = policy.limits(of: kind)
        let arriveBy = policy.calendar.due(limits.arrive, after: scene.time)
        let completeBy = policy.calendar.due(limits.complete, after: scene.time)
        let whistle = EventID.derived(
            from: "\(scene.cause.source) \(scene.cause.id)", at: scene.time, type: "muster.whistle",
            subject: state.id.description)
        return WhistleBlown(
            case: state.id, sequence: scene.sequence(ordinal), unit: state.unit, whistle: whistle, kind: kind,
            community: state.community,
            summons: departments.map { Summons(department: $0, arriveBy: arriveBy, completeBy: completeBy) })
    }

    /// A check-in of before the deadline that we hear of after the no-show is believed for a while, and takes the no-show
    /// back; what comes later still is late, whatever time it names.
    func checkIn(_ action: CaseAction, _ scene: Scene) -> Outcome {
        part(of: action.department, scene, may: [.summoned, .missed], "check in") { whistle, part in
            let heardAt = scene.cause.recordedAt ?? scene.time
            let isBelieved = part.attendance != .missed || heardAt <= part.arriveBy + policy.lateEvidence
            return .checkedIn(
                WhistleCheckedIn(
                    case: scene.state.id, sequence: scene.sequence(), unit: scene.state.unit, whistle: whistle.id,
                    department: part.department, inTime: scene.time <= part.arriveBy && isBelieved))
        }
    }

    func decline(_ action: CaseAction, _ scene: Scene) -> Outcome {
        part(of: action.department, scene, may: [.summoned], "decline") { whistle, part in
            .declined(
                WhistleDeclined(
                    case: scene.state.id, sequence: scene.sequence(), unit: scene.state.unit, whistle: whistle.id,
                    department: part.department, reason: action.reason ?? ""))
        }
    }

    func done(_ action: CaseAction, _ scene: Scene) -> Outcome {
        part(of: action.department, scene, may: [.arrived, .late], "be done") { whistle, part in
            .done(
                WhistleDone(
                    case: scene.state.id, sequence: scene.sequence(), unit: scene.state.unit, whistle: whistle.id,
                    department: part.department, inTime: scene.time <= part.completeBy))
        }
    }

    /// The whistle ends when the community says so, not when the departments do.
    func endWhistle(_ scene: Scene) -> Outcome {
        guard let whistle = scene.state.openWhistle else { return .failure(noWhistle) }
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        return .success([
            .whistleEnded(
                WhistleEnded(
                    case: scene.state.id, sequence: scene.sequence(), unit: scene.state.unit, whistle: whistle.id,
                    came: whistle.count(.arrived, .late, .done), missed: whistle.count(.missed)))
        ])
    }

    private var noWhistle: Refusal { Refusal(.wrongState, "no whistle is open on the case: blow one first") }

    /// A department's own step, taken by its people or entered by the community that called it.
    private func part(
        of department: DepartmentCode?, _ scene: Scene, may: Set<WhistleState.Part.Attendance>, _ verb: String,
        _ change: (WhistleState, WhistleState.Part) -> CaseChange
    ) -> Outcome {
        guard let whistle = scene.state.openWhistle else { return .failure(noWhistle) }
        guard let department, let part = whistle.parts.first(where: { $0.department == department }) else {
            return .failure(Refusal(.unknownDepartment, "the department was not called: name one of those summoned"))
        }
        let speaks = directory.speaks(scene.actor, for: department, at: scene.time)
        guard speaks || refusalUnlessSupervisor(scene) == nil else {
            return .failure(
                Refusal(.notAllowed, "this is for the department's own people or the community that called it"))
        }
        guard may.contains(part.attendance) else {
            return .failure(
                Refusal(.wrongState, "department \(department) is \(part.attendance.rawValue): it cannot \(verb) now"))
        }
        return .success([change(whistle, part)])
    }
}
