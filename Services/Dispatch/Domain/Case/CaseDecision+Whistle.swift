import Contracts

// The whistle (吹哨报到): a community calls departments, they come by a deadline, and a no-show climbs.
extension CaseDecision {
    func blowWhistle(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        guard state.isOpen else { return wrongState(state, "blow a whistle on", "assigned or accepted") }
        guard state.whistle == nil || state.whistle?.isOpen == false else {
            return .failure(Refusal(.wrongState, "a whistle is open on the case already: end it first"))
        }
        guard let kind = action.whistle, let departments = action.departments else {
            return .failure(Refusal(.malformed, "a whistle needs its kind and its departments"))
        }
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        if let unknown = departments.first(where: { directory.departments[$0] == nil }) {
            return .failure(Refusal(.unknownDepartment, "department \(unknown) is not in the directory"))
        }
        guard Set(departments).count == departments.count else {
            return .failure(Refusal(.malformed, "a department is named twice: name each once"))
        }
        let limits = policy.limits(of: kind)
        let summons = departments.map {
            Summons(
                department: $0, arriveBy: policy.calendar.due(limits.arrive, after: scene.time),
                completeBy: policy.calendar.due(limits.complete, after: scene.time))
        }
        let whistle = EventID.derived(
            from: "\(scene.cause.source) \(scene.cause.id)", at: scene.time, type: "muster.whistle",
            subject: state.id.description)
        return .success([
            .whistleBlown(
                WhistleBlown(
                    case: state.id, sequence: scene.sequence(), unit: state.unit, whistle: whistle, kind: kind,
                    community: state.community, summons: summons))
        ])
    }

    func checkIn(_ action: CaseAction, _ scene: Scene) -> Outcome {
        part(of: action.department, scene, may: [.summoned, .missed], "check in") { whistle, part in
            .checkedIn(
                WhistleCheckedIn(
                    case: scene.state.id, sequence: scene.sequence(), unit: scene.state.unit, whistle: whistle.id,
                    department: part.department, inTime: scene.time <= part.arriveBy))
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

    /// The whistle ends when the blower says so, not when the departments do.
    func endWhistle(_ scene: Scene) -> Outcome {
        guard let whistle = scene.state.whistle, whistle.isOpen else { return noWhistle }
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        let came = whistle.parts.count { [.arrived, .late, .done].contains($0.attendance) }
        let missed = whistle.parts.count { $0.attendance == .missed }
        return .success([
            .whistleEnded(
                WhistleEnded(
                    case: scene.state.id, sequence: scene.sequence(), unit: scene.state.unit, whistle: whistle.id,
                    came: came, missed: missed))
        ])
    }

    private var noWhistle: Outcome {
        .failure(Refusal(.wrongState, "no whistle is open on the case: blow one first"))
    }

    /// A department's own step, taken by its people or entered by the community that called it.
    private func part(
        of department: DepartmentCode?, _ scene: Scene, may: Set<WhistleState.Part.Attendance>, _ verb: String,
        _ change: (WhistleState, WhistleState.Part) -> CaseChange
    ) -> Outcome {
        guard let whistle = scene.state.whistle, whistle.isOpen else { return noWhistle }
        guard let department, let index = whistle.index(of: department) else {
            return .failure(Refusal(.unknownDepartment, "the department was not called: name one of those summoned"))
        }
        let speaks = directory.speaks(scene.actor, for: department, at: scene.time)
        guard speaks || refusalUnlessSupervisor(scene) == nil else {
            return .failure(
                Refusal(.notAllowed, "this is for the department's own people or the community that called it"))
        }
        let part = whistle.parts[index]
        guard may.contains(part.attendance) else {
            return .failure(
                Refusal(.wrongState, "department \(department) is \(part.attendance.rawValue): it cannot \(verb) now"))
        }
        return .success([change(whistle, part)])
    }
}
