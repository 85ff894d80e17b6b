import Contracts

/// An event with what has to be known to tell of it.
struct Occasion: Sendable, Equatable {
    let envelope: EventEnvelope
    let news: News
    /// The case after the event; nil for what is about no case.
    let matter: CaseMatter?

    init(_ envelope: EventEnvelope, _ news: News, _ matter: CaseMatter? = nil) {
        self.envelope = envelope
        self.news = news
        self.matter = matter
    }

    /// The departments that the event itself names.
    var departments: [DepartmentCode] {
        switch news {
        case .whistleBlown(let event): event.summons.map(\.department)
        case .checkedIn(let event): [event.department]
        case .declined(let event): [event.department]
        case .done(let event): [event.department]
        case .missed(let event): [event.department]
        case .climbed(let event): [event.department].compactMap { $0 }
        case .warned(let event): [event.department].compactMap { $0 }
        case .whistleAsked(let event): event.departments
        case .whistleChanged(let event): event.added.map(\.department)
        case .declineDecided(let event): [event.department]
        case .noShowWithdrawn(let event): [event.department]
        default: []
        }
    }

    /// The units above that a case is put before, or that were told of it.
    var supervisors: [UnitCode] {
        switch news {
        case .climbed(let event): [event.supervisor]
        case .supervised(let event): [event.supervisor]
        case .answered(let event): [event.supervisor]
        case .extensionAsked(let event): [event.approver]
        case .whistleAsked(let event): [event.approver]
        case .noShowWithdrawn(let event): event.supervisors
        default: []
        }
    }

    var formerOwner: Owner? { if case .handedOver(let event) = news { event.from } else { nil } }

    /// Whose credit it is, where that is a person's.
    var creditSubject: PersonID? {
        if case .entry(let event) = news { PersonID(event.creditSubject.id) } else { nil }
    }
}

/// What a batch has to load of the directory before it can tell of its events.
struct DirectoryNeeds: Sendable, Hashable {
    /// With the people who are posted there.
    var units: Set<UnitCode> = []
    /// With their people.
    var departments: Set<DepartmentCode> = []
    var people: Set<PersonID> = []

    mutating func formUnion(_ other: DirectoryNeeds) {
        units.formUnion(other.units)
        departments.formUnion(other.departments)
        people.formUnion(other.people)
    }
}

extension Occasion {
    var needs: DirectoryNeeds {
        var needs = DirectoryNeeds()
        let owners = [matter?.owner, matter?.settledBy, formerOwner].compactMap { $0 }
        for unit in owners.map(\.unit) + [matter?.unit].compactMap({ $0 }) + supervisors {
            for level in UnitCode.Level.allCases { unit.ancestor(at: level).map { _ = needs.units.insert($0) } }
        }
        needs.departments.formUnion(departments + (matter?.summoned ?? []))
        needs.people.formUnion(
            owners.compactMap(\.person) + (matter?.reporters ?? [])
                + [envelope.actor, creditSubject].compactMap { $0 })
        return needs
    }
}
