import Contracts

/// What notify remembers of a case from its earlier events: later ones say only what changed.
struct CaseMatter: Codable, Sendable, Hashable {
    let id: EventID
    /// Of the last event that was applied.
    var sequence: Int
    var unit: UnitCode
    let number: Int
    let openedAt: Instant
    let origin: CaseOpened.Origin
    var category: String
    var severity: Severity
    var handling: Handling
    var owner: Owner
    var acceptBy: Instant
    var resolveBy: Instant
    /// Who reported what became the case, and the same matter in cases that were joined to it.
    var reporters: [PersonID]
    var settledBy: Owner?
    var whistle: WhistleKind?
    var summoned: [DepartmentCode] = []

    init(_ event: CaseOpened, _ envelope: EventEnvelope) {
        id = event.case
        sequence = event.sequence
        unit = event.unit
        number = event.number
        openedAt = envelope.time
        origin = event.origin
        category = event.category
        severity = event.severity
        handling = event.handling
        owner = event.owner
        acceptBy = event.acceptBy
        resolveBy = event.resolveBy
        reporters = [envelope.actor].compactMap { $0 }
    }

    /// - Precondition: the news is the case's next event.
    mutating func apply(_ news: News) {
        guard let event = news.caseEvent else { return }
        precondition(event.case == id && event.sequence == sequence + 1, "the case's next event is wanted")
        sequence = event.sequence
        unit = event.unit
        switch news {
        case .accepted(let event): owner = event.owner
        case .handedOver(let event):
            owner = event.to
            acceptBy = event.acceptBy
        case .reclassified(let event):
            handling = event.to
            resolveBy = event.resolveBy
        case .resolved(let event): settledBy = event.by
        case .climbed(let event) where event.reason == .notAccepted: owner = Owner(unit: event.supervisor)
        case .whistleBlown(let event):
            whistle = event.kind
            summoned = event.summons.map(\.department)
            handling = .hard
        case .whistleChanged(let event):
            summoned.removeAll { event.released.contains($0) }
            summoned += event.added.map(\.department).filter { !summoned.contains($0) }
        case .joined(let event):
            reporters += (event.reporters ?? []).filter { !reporters.contains($0) }
        case .parted(let event): reporters.removeAll { event.reporters.contains($0) }
        case .resumed(let event): resolveBy = event.resolveBy
        case .extensionDecided(let event): resolveBy = event.resolveBy
        case .rescheduled(let event):
            acceptBy = event.acceptBy
            resolveBy = event.resolveBy
        case .corrected(let event):
            category = event.category ?? category
            severity = event.severity ?? severity
            handling = event.handling ?? handling
            unit = event.place ?? unit
            resolveBy = event.resolveBy
        case .sentBack(let event):
            owner = event.to
            resolveBy = event.resolveBy
        case .reopened(let event):
            owner = event.owner
            acceptBy = event.acceptBy
            resolveBy = event.resolveBy
        case .split(let event):
            owner = event.owner
            acceptBy = event.acceptBy
            resolveBy = event.resolveBy
        case .opened, .rated, .closed, .climbed, .checkedIn, .declined, .done, .missed, .whistleEnded, .warned,
            .extensionAsked, .supervised, .answered, .joinedTo, .whistleAsked, .whistleRefused, .declineDecided,
            .noShowWithdrawn, .other,
            .entry:
            break
        }
    }
}
