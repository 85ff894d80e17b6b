import Contracts

// A department's own part in a whistle: it takes note, gets in touch, comes, does its part, or says why it cannot.
extension CaseDecision {
    func progress(_ action: CaseAction, _ step: WhistleStep, _ scene: Scene) -> Outcome {
        let may: Set<WhistleState.Part.Attendance> =
            step == .contributed ? [.arrived, .late, .done] : [.summoned, .missed]
        return part(of: action.department, scene, may: may, step.verb) { whistle, part in
            let due: Instant?
            switch step {
            case .signed:
                if part.signedAt != nil { return .failure(again(part, "signed")) }
                due = part.signBy
            case .contacted:
                if part.contactedAt != nil { return .failure(again(part, "been in touch")) }
                due = part.contactBy
            case .contributed: due = nil
            }
            return .success([
                .progressed(
                    WhistleProgressed(
                        case: scene.state.id, sequence: scene.sequence(), unit: scene.state.unit, whistle: whistle.id,
                        department: part.department, step: step, inTime: due.map { scene.time <= $0 },
                        note: action.reason))
            ])
        }
    }

    private func again(_ part: WhistleState.Part, _ what: String) -> Refusal {
        Refusal(.wrongState, "department \(part.department) has \(what) before: once is enough")
    }

    /// A check-in of before the deadline that we hear of after the no-show is believed for a while, and takes the no-show
    /// back; what comes later still is late, whatever time it names, and a person may decide otherwise.
    func checkIn(_ action: CaseAction, _ scene: Scene) -> Outcome {
        part(of: action.department, scene, may: [.summoned, .missed], "check in") { whistle, part in
            let heardAt = scene.cause.recordedAt ?? scene.time
            let isMissed = part.attendance == .missed
            let isBelieved = !isMissed || heardAt <= policy.calendar.due(policy.lateEvidence, after: part.arriveBy)
            let inTime = scene.time <= part.arriveBy && isBelieved
            let event = WhistleCheckedIn(
                case: scene.state.id, sequence: scene.sequence(), unit: scene.state.unit, whistle: whistle.id,
                department: part.department, inTime: inTime, place: action.unit)
            guard isMissed, inTime else { return .success([.checkedIn(event)]) }
            let withdrawn = noShowWithdrawn(
                whistle, part, cameAt: scene.time, heardAt: heardAt, decided: false, scene, ordinal: 1)
            return .success([.checkedIn(event), .noShowWithdrawn(withdrawn)])
        }
    }

    /// What evidence that came too late could not do by itself.
    func withdrawNoShow(_ action: CaseAction, _ scene: Scene) -> Outcome {
        guard let whistle = scene.state.whistle, scene.state.joinedTo == nil else {
            return .failure(Refusal(.wrongState, "no whistle was blown on the case"))
        }
        guard let part = action.department.flatMap(whistle.part) else { return .failure(notCalled) }
        if let refusal = refusalUnlessTown(scene) { return .failure(refusal) }
        guard part.rung != .community, part.inTime != true else {
            return .failure(Refusal(.wrongState, "department \(part.department) has no no-show to withdraw"))
        }
        return .success([
            .noShowWithdrawn(
                noShowWithdrawn(
                    whistle, part, cameAt: part.arrivedAt ?? part.arriveBy, heardAt: scene.time, decided: true, scene))
        ])
    }

    private func noShowWithdrawn(
        _ whistle: WhistleState, _ part: WhistleState.Part, cameAt: Instant, heardAt: Instant, decided: Bool,
        _ scene: Scene, ordinal: Int = 0
    ) -> NoShowWithdrawn {
        let told = Rung.allCases.filter { $0 > .community && $0 <= part.rung }
        return NoShowWithdrawn(
            case: scene.state.id, sequence: scene.sequence(ordinal), unit: scene.state.unit, whistle: whistle.id,
            department: part.department, due: part.arriveBy, cameAt: cameAt, heardAt: heardAt, told: told,
            supervisors: told.compactMap { scene.state.unit.ancestor(at: $0.level) }, decided: decided)
    }

    /// Once: what the town has decided stays so.
    func decline(_ action: CaseAction, _ scene: Scene) -> Outcome {
        part(of: action.department, scene, may: [.summoned], "decline") { whistle, part in
            if part.hasDeclined { return .failure(again(part, "declined")) }
            return .success([
                .declined(
                    WhistleDeclined(
                        case: scene.state.id, sequence: scene.sequence(), unit: scene.state.unit, whistle: whistle.id,
                        department: part.department, reason: action.reason ?? ""))
            ])
        }
    }

    /// The town commands its departments: it lets one stay away, or calls it anew.
    func decideDecline(_ action: CaseAction, _ scene: Scene) -> Outcome {
        guard let whistle = scene.state.openWhistle else { return .failure(noWhistle) }
        guard let part = action.department.flatMap(whistle.part) else { return .failure(notCalled) }
        if let refusal = refusalUnlessTown(scene) { return .failure(refusal) }
        guard part.attendance == .declined else {
            return .failure(
                Refusal(
                    .wrongState, "department \(part.department) is \(part.attendance.rawValue): it asks for nothing"))
        }
        guard let granted = action.granted else {
            return .failure(Refusal(.malformed, "a decision says whether it is granted"))
        }
        let calendar = policy.calendar
        return .success([
            .declineDecided(
                WhistleDeclineDecided(
                    case: scene.state.id, sequence: scene.sequence(), unit: scene.state.unit, whistle: whistle.id,
                    department: part.department, excused: granted, reason: action.reason,
                    arriveBy: granted ? nil : calendar.due(whistle.limits.arrive, after: scene.time),
                    completeBy: granted ? nil : calendar.due(whistle.limits.complete, after: scene.time)))
        ])
    }

    func done(_ action: CaseAction, _ scene: Scene) -> Outcome {
        part(of: action.department, scene, may: [.arrived, .late], "be done") { whistle, part in
            .success([
                .done(
                    WhistleDone(
                        case: scene.state.id, sequence: scene.sequence(), unit: scene.state.unit, whistle: whistle.id,
                        department: part.department, inTime: scene.time <= part.completeBy))
            ])
        }
    }

    /// Nil for the staff of the town and the city.
    private func refusalUnlessTown(_ scene: Scene) -> Refusal? {
        let town = scene.state.unit.ancestor(at: .town) ?? scene.state.unit
        if directory.reaches(scene.actor, town, as: [.town, .city], at: scene.time) { return nil }
        return Refusal(.notAllowed, "this is for the staff of town \(town) or the city")
    }

    /// A department's own step, taken by its people or entered by the community that called it.
    private func part(
        of department: DepartmentCode?, _ scene: Scene, may: Set<WhistleState.Part.Attendance>, _ verb: String,
        _ decide: (WhistleState, WhistleState.Part) -> Outcome
    ) -> Outcome {
        guard let whistle = scene.state.openWhistle else { return .failure(noWhistle) }
        guard let part = department.flatMap(whistle.part) else { return .failure(notCalled) }
        let speaks = directory.speaks(scene.actor, for: part.department, at: scene.time)
        guard speaks || refusalUnlessSupervisor(scene) == nil else {
            return .failure(
                Refusal(
                    .notAllowed,
                    "this is for the people of department \(part.department), or the staff of community "
                        + "\(scene.state.community), its town or the city for them"))
        }
        guard may.contains(part.attendance) else {
            return .failure(
                Refusal(
                    .wrongState, "department \(part.department) is \(part.attendance.rawValue): it cannot \(verb) now"))
        }
        return decide(whistle, part)
    }
}

extension WhistleStep {
    fileprivate var verb: String {
        switch self {
        case .signed: "sign"
        case .contacted: "get in touch"
        case .contributed: "contribute"
        }
    }
}
