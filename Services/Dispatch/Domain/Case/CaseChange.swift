import Contracts

/// One step of a case's life, as the event that tells of it.
enum CaseChange: Sendable, Equatable {
    case opened(CaseOpened)
    case joined(CaseJoined)
    case accepted(CaseAccepted)
    case handedOver(CaseHandedOver)
    case reclassified(CaseReclassified)
    case resolved(CaseResolved)
    case rated(CaseRated)
    case closed(CaseClosed)
    case climbed(CaseClimbed)
    case whistleBlown(WhistleBlown)
    case checkedIn(WhistleCheckedIn)
    case declined(WhistleDeclined)
    case done(WhistleDone)
    case missed(WhistleMissed)
    case whistleEnded(WhistleEnded)

    var payload: any CaseEvent {
        switch self {
        case .opened(let event): event
        case .joined(let event): event
        case .accepted(let event): event
        case .handedOver(let event): event
        case .reclassified(let event): event
        case .resolved(let event): event
        case .rated(let event): event
        case .closed(let event): event
        case .climbed(let event): event
        case .whistleBlown(let event): event
        case .checkedIn(let event): event
        case .declined(let event): event
        case .done(let event): event
        case .missed(let event): event
        case .whistleEnded(let event): event
        }
    }
}
