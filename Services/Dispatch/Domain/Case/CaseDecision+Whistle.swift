import Contracts

// The whistle (吹哨报到): a community calls departments, they come by a deadline, and a no-show climbs. Who may blow which
// kind, and who has to approve it, is policy.
extension CaseDecision {
    /// Whoever blows has taken the case on, and it is a hard one from then on: what is missing of the two happens first.
    func blowWhistle(_ action: CaseAction, _ scene: Scene) -> Outcome {
        let state = scene.state
        if let refusal = refusalUnlessOpen(state, to: "blow a whistle on") { return .failure(refusal) }
        guard let kind = action.whistle else { return .failure(Refusal(.malformed, "a whistle needs its kind")) }
        let roles = Set(policy.whistle(kind).blow)
        guard directory.reaches(scene.actor, state.community, as: roles, at: scene.time) else {
            let who = policy.whistle(kind).blow.map(\.rawValue).joined(separator: ", ")
            return .failure(
                Refusal(.notAllowed, "a whistle of this kind is for \(who) of community \(state.community) or above"))
        }
        if let refusal = refusalWhileWhistling(state) { return .failure(refusal) }
        let departments: [DepartmentCode]
        switch called(action, scene) {
        case .success(let called): departments = called
        case .failure(let refusal): return .failure(refusal)
        }
        guard let lead = action.lead ?? departments.first, departments.contains(lead) else {
            return .failure(Refusal(.unknownDepartment, "the lead is not among those called: name one of them"))
        }
        let id = EventID.derived(
            from: "\(scene.cause.source) \(scene.cause.id)", at: scene.time, type: "muster.whistle",
            subject: state.id.description)
        var changes: [CaseChange] = []
        if state.status == .assigned {
            let isAbove = state.owner.unit.contains(state.community)
            let unit = isAbove ? state.owner.unit : state.community
            changes.append(.accepted(accepted(by: Owner(unit: unit, person: scene.actor), scene)))
        }
        if let approver = approver(of: kind, scene) {
            let asked = WhistleAsked(
                case: state.id, sequence: scene.sequence(changes.count), unit: state.unit, whistle: id, kind: kind,
                departments: departments, approver: approver, lead: lead)
            return .success(changes + [.whistleAsked(asked)])
        }
        let request = WhistleRequest(
            id: id, kind: kind, departments: departments, lead: lead, approver: state.community)
        return .success(changes + blown(request, action.reason, scene, ordinal: changes.count))
    }

    /// Whoever may approve it herself asks nobody.
    private func approver(of kind: WhistleKind, _ scene: Scene) -> UnitCode? {
        guard let rung = policy.whistle(kind).approve,
            let unit = scene.state.community.ancestor(at: rung.level)
        else { return nil }
        return directory.reaches(scene.actor, unit, as: Self.supervisors, at: scene.time) ? nil : unit
    }

    func approveWhistle(_ scene: Scene) -> Outcome {
        switch request(scene) {
        case .success(let request): .success(blown(request, nil, scene, ordinal: 0))
        case .failure(let refusal): .failure(refusal)
        }
    }

    func refuseWhistle(_ action: CaseAction, _ scene: Scene) -> Outcome {
        switch request(scene) {
        case .success(let request):
            .success([
                .whistleRefused(
                    WhistleRefused(
                        case: scene.state.id, sequence: scene.sequence(), unit: scene.state.unit, whistle: request.id,
                        reason: action.reason ?? ""))
            ])
        case .failure(let refusal): .failure(refusal)
        }
    }

    private func request(_ scene: Scene) -> Result<WhistleRequest, Refusal> {
        if let refusal = refusalUnlessOpen(scene.state, to: "decide on a whistle") { return .failure(refusal) }
        guard let request = scene.state.whistleAsked else {
            return .failure(Refusal(.wrongState, "no whistle waits for approval: there is nothing to decide"))
        }
        guard directory.reaches(scene.actor, request.approver, as: Self.supervisors, at: scene.time) else {
            return .failure(
                Refusal(.notAllowed, "the staff of unit \(request.approver), or those above it, decide on this whistle")
            )
        }
        return .success(request)
    }

    private func blown(
        _ request: WhistleRequest, _ reason: String?, _ scene: Scene, ordinal: Int
    ) -> [CaseChange] {
        let state = scene.state
        var changes: [CaseChange] = []
        if state.handling != .hard {
            let reason = reason ?? "a whistle was blown"
            changes.append(.reclassified(reclassified(as: .hard, reason, scene, ordinal: ordinal)))
        }
        let event = WhistleBlown(
            case: state.id, sequence: scene.sequence(ordinal + changes.count), unit: state.unit, whistle: request.id,
            kind: request.kind, community: state.community,
            summons: request.departments.map { summons($0, request.kind, at: scene.time) }, lead: request.lead)
        return changes + [.whistleBlown(event)]
    }

    private func summons(_ department: DepartmentCode, _ kind: WhistleKind, at time: Instant) -> Summons {
        let limits = policy.limits(of: kind)
        func due(_ allowance: Allowance) -> Instant { policy.calendar.due(allowance, after: time) }
        return Summons(
            department: department, arriveBy: due(limits.arrive), completeBy: due(limits.complete),
            signBy: limits.sign.map(due), contactBy: limits.contact.map(due))
    }

    // MARK: Whom it calls

    /// The departments that the action names, or where it names none, those of the case's rule or category: for each kind of
    /// department one that is paired with the community, else one of the city.
    private func called(_ action: CaseAction, _ scene: Scene) -> Result<[DepartmentCode], Refusal> {
        guard let named = action.departments, !named.isEmpty else {
            let kinds = policy.departments(of: scene.state)
            let fitting = kinds.departments(for: scene.state.community, among: callable)
            if fitting.isEmpty {
                return .failure(
                    Refusal(.unknownDepartment, "no department of the directory fits the matter: name those to call"))
            }
            return .success(fitting)
        }
        if let unknown = named.first(where: { directory.departments[$0] == nil }) {
            return .failure(Refusal(.unknownDepartment, "department \(unknown) is not in the directory"))
        }
        guard Set(named).count == named.count else {
            return .failure(Refusal(.malformed, "a department is named twice: name each once"))
        }
        return .success(named)
    }

    /// The blower calls others: those that are new are called from now on, those left out are released unless they have
    /// come.
    func changeWhistle(_ action: CaseAction, _ scene: Scene) -> Outcome {
        guard let whistle = scene.state.openWhistle else { return .failure(noWhistle) }
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        let wanted: [DepartmentCode]
        switch called(action, scene) {
        case .success(let called): wanted = called
        case .failure(let refusal): return .failure(refusal)
        }
        let present = whistle.parts.filter { $0.attendance != .released }.map(\.department)
        let added = wanted.filter { !present.contains($0) }
        let released = whistle.parts.filter {
            !wanted.contains($0.department) && ($0.attendance == .summoned || $0.attendance == .declined)
        }.map(\.department)
        let staying = present.filter { !released.contains($0) } + added
        guard whistle.parts.count + added.count <= Self.departmentsAtMost else {
            return .failure(Refusal(.overLimit, "a whistle calls at most \(Self.departmentsAtMost) departments"))
        }
        let formerLead = whistle.lead.flatMap { staying.contains($0) ? $0 : nil }
        guard let lead = action.lead ?? formerLead ?? staying.first, staying.contains(lead) else {
            return .failure(Refusal(.unknownDepartment, "the lead is not among those called: name one of them"))
        }
        guard !added.isEmpty || !released.isEmpty || lead != whistle.lead else {
            return .failure(Refusal(.wrongState, "those departments are called already: name others"))
        }
        return .success([
            .whistleChanged(
                WhistleChanged(
                    case: scene.state.id, sequence: scene.sequence(), unit: scene.state.unit, whistle: whistle.id,
                    added: added.map { summons($0, whistle.kind, at: scene.time) }, released: released, lead: lead))
        ])
    }

    private static let departmentsAtMost = 40

    // MARK: Its end

    /// The whistle ends when the community says so, not when the departments do.
    func endWhistle(_ scene: Scene) -> Outcome {
        guard let whistle = scene.state.openWhistle else { return .failure(noWhistle) }
        if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
        return .success([
            .whistleEnded(
                WhistleEnded(
                    case: scene.state.id, sequence: scene.sequence(), unit: scene.state.unit, whistle: whistle.id,
                    came: whistle.count(.arrived, .late, .done), missed: whistle.count(.missed),
                    declined: whistle.count(.declined, .excused), open: whistle.count(.summoned)))
        ])
    }

    /// The blower's marks: once for each department, when the whistle is over.
    func judgeWhistle(_ action: CaseAction, _ scene: Scene) -> Outcome {
        afterwards(of: action.department, scene) { whistle, part in
            if let refusal = refusalUnlessSupervisor(scene) { return .failure(refusal) }
            guard part.judgement == nil else {
                return .failure(Refusal(.wrongState, "the department has its marks: each is judged once"))
            }
            guard let judgement = action.judgement else {
                return .failure(Refusal(.malformed, "a judgement needs its four marks"))
            }
            return .success([
                .judged(
                    WhistleJudged(
                        case: scene.state.id, sequence: scene.sequence(), unit: scene.state.unit, whistle: whistle.id,
                        department: part.department, onTime: judgement.onTime, rightPeople: judgement.rightPeople,
                        solved: judgement.solved, satisfied: judgement.satisfied))
            ])
        }
    }

    /// The department's own view: it alone can say whether it was needed.
    func assessWhistle(_ action: CaseAction, _ scene: Scene) -> Outcome {
        afterwards(of: action.department, scene) { whistle, part in
            guard directory.speaks(scene.actor, for: part.department, at: scene.time) else {
                return .failure(Refusal(.notAllowed, "this is for the people of department \(part.department) alone"))
            }
            guard part.assessment == nil else {
                return .failure(Refusal(.wrongState, "the department has said so before: each does once"))
            }
            guard let assessment = action.assessment else {
                return .failure(Refusal(.malformed, "an assessment says whether it was needed, and theirs"))
            }
            return .success([
                .assessed(
                    WhistleAssessed(
                        case: scene.state.id, sequence: scene.sequence(), unit: scene.state.unit, whistle: whistle.id,
                        department: part.department, needed: assessment.needed, ours: assessment.ours))
            ])
        }
    }

    private func afterwards(
        of department: DepartmentCode?, _ scene: Scene, _ decide: (WhistleState, WhistleState.Part) -> Outcome
    ) -> Outcome {
        guard let whistle = scene.state.whistle, whistle.endedAt != nil else {
            return .failure(Refusal(.wrongState, "no whistle of the case is over: it is judged when it has ended"))
        }
        guard let part = department.flatMap(whistle.part), part.attendance != .released else {
            return .failure(notCalled)
        }
        return decide(whistle, part)
    }

    var noWhistle: Refusal { Refusal(.wrongState, "no whistle is open on the case: blow one first") }
    var notCalled: Refusal {
        Refusal(.unknownDepartment, "the department was not called: name one of those summoned")
    }
}
