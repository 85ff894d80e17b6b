import Contracts

extension CaseDecision {
    /// A matter becomes a case.
    ///
    /// A case that triage gives to a grid is owned by the community where the grid isn't known: a complaint often names no
    /// more than its community, or a building whose grid the directory does not list.
    ///
    /// - Parameters:
    ///   - triage: what the rules say of the matter.
    ///   - number: the next one of the community and year.
    ///   - chief: who is posted as the owning grid's chief; the case is hers if it begins there.
    ///   - cause: the finding or complaint.
    func open(
        _ matter: Matter, _ triage: Triage, as id: EventID, number: Int, chief: PersonID?, _ cause: EventEnvelope
    ) -> (state: CaseState, change: CaseChange) {
        let unit = owningUnit(matter.unit, triage.ownerRung, at: cause.time)
        let event = CaseOpened(
            case: id, sequence: 1, unit: matter.unit, number: number, origin: matter.origin, category: triage.category,
            severity: matter.severity, handling: triage.handling, rule: triage.explanation,
            owner: Owner(unit: unit, person: unit.level == .grid ? chief : nil),
            acceptBy: policy.calendar.due(triage.limits.accept, after: cause.time),
            resolveBy: policy.calendar.due(triage.limits.resolve, after: cause.time),
            answerBy: triage.limits.answer.map { policy.calendar.due($0, after: cause.time) }, reporter: cause.actor)
        let state = CaseState(opened: event, at: cause.time, limits: triage.limits, policy.calendar)
        return (state, .opened(event))
    }

    /// The unit that a case begins at. The App asks for the owner before it knows the case: it looks up this unit's chief.
    func owningUnit(_ unit: UnitCode, _ rung: Rung, at time: Instant) -> UnitCode {
        let community = unit.ancestor(at: .community) ?? unit
        guard rung == .grid else { return unit.ancestor(at: rung.level) ?? community }
        guard let grid = unit.ancestor(at: .grid), let listed = directory.units[grid] else { return community }
        if let retired = listed.retired, retired <= time { return community }
        return grid
    }
}

extension CaseState {
    /// The state that a case's first event makes. With `apply` for each further one, its events rebuild it.
    init(opened event: CaseOpened, at time: Instant, limits: CaseLimits, _ calendar: WorkCalendar) {
        self.init(
            id: event.case, version: event.sequence, unit: event.unit, number: event.number, origin: event.origin,
            openedAt: time, reporters: event.reporter.map { [$0] } ?? [], category: event.category,
            severity: event.severity, handling: event.handling, rule: event.rule, owner: event.owner,
            rung: Rung(of: event.owner.unit), limits: limits, acceptBy: event.acceptBy, acceptFrom: time,
            resolveBy: event.resolveBy, resolveFrom: time, climbBy: event.resolveBy)
        beginClocks(
            accept: event.acceptBy, answer: event.answerBy, resolve: event.resolveBy, from: time, calendar)
    }
}

extension Rung {
    /// The step of a unit; what lies below a grid is the grid's.
    init(of unit: UnitCode) {
        self = Rung.allCases.first { $0.level <= unit.level } ?? .city
    }
}
