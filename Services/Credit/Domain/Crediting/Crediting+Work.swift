import Contracts

/// What the other services say was done. It has been checked there; here it is only asked whether a rule rewards it.
extension Crediting {
    func decide(_ visit: VisitRecorded, _ envelope: EventEnvelope) -> Outcome {
        guard visit.outcome == .met, visit.minutes > 0, let chief = envelope.actor else { return .credit([]) }
        return credit(.patrol, person: chief, quantity: visit.minutes, at: visit.unit, envelope)
    }

    func decide(_ resolved: CaseResolved, _ envelope: EventEnvelope) -> Outcome {
        guard resolved.inTime, let person = resolved.by.person else { return .credit([]) }
        return credit(.caseSettledInTime, person: person, quantity: 1, at: resolved.unit, envelope)
    }

    func decide(_ rated: CaseRated, _ envelope: EventEnvelope) -> Outcome {
        guard let person = rated.settledBy.person else { return .credit([]) }
        return credit(.caseRated, person: person, quantity: rated.rating, at: rated.unit, envelope)
    }

    func decide(_ checkedIn: WhistleCheckedIn, _ envelope: EventEnvelope) -> Outcome {
        guard checkedIn.inTime else { return .credit([]) }
        return credit(.whistleAttendedInTime, checkedIn.department, at: checkedIn.unit, envelope)
    }

    func decide(_ done: WhistleDone, _ envelope: EventEnvelope) -> Outcome {
        guard done.inTime else { return .credit([]) }
        return credit(.whistleDoneInTime, done.department, at: done.unit, envelope)
    }

    func decide(_ missed: WhistleMissed, _ envelope: EventEnvelope) -> Outcome {
        credit(.whistleMissed, missed.department, at: missed.unit, envelope)
    }

    /// The no-show is as if it had never been; what came of it is found by its event.
    func decide(_ withdrawn: NoShowWithdrawn, _ envelope: EventEnvelope) -> Outcome {
        guard let missed = withdrawn.missed else { return .credit([]) }
        var former = envelope
        former.id = missed.description
        former.time = withdrawn.due
        let subject = Subject(kind: .department, id: withdrawn.department.text)
        return .void(events(.whistleMissed, for: subject, quantity: 1, at: withdrawn.unit, former))
    }

    private func credit(
        _ trigger: CreditItem.Trigger, _ department: DepartmentCode, at unit: UnitCode, _ envelope: EventEnvelope
    ) -> Outcome {
        let subject = Subject(kind: .department, id: department.text)
        return .credit(events(trigger, for: subject, quantity: 1, at: unit, envelope))
    }

    private func credit(
        _ trigger: CreditItem.Trigger, person: PersonID, quantity: Int, at unit: UnitCode, _ envelope: EventEnvelope
    ) -> Outcome {
        guard directory.postings[person] != nil else {
            return .wait(Refusal(.unknownPerson, "the person is not in the directory: list the person first"))
        }
        let roles = directory.postings(of: person, at: envelope.time).map(\.role)
        let subject = Subject(kind: SubjectKind(actingAs: roles), id: person.text)
        return .credit(events(trigger, for: subject, quantity: quantity, at: unit, envelope))
    }
}

extension SubjectKind {
    /// The capacity in which somebody with these postings works: the one nearest to the grid.
    init(actingAs roles: [Role]) {
        if roles.contains(where: { $0 == .gridChief || $0 == .community }) {
            self = .communityWorker
        } else if roles.contains(where: { $0 == .buildingChief || $0 == .unitChief }) {
            self = .buildingChief
        } else {
            self = .resident
        }
    }
}
