import Contracts

/// An event that somebody may have to hear of.
enum News: Sendable, Equatable {
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
    case entry(CreditEntryMade)

    /// As an event of a case's life; nil for what is about no case.
    var caseEvent: (any CaseEvent)? { payload as? any CaseEvent }

    var payload: any EventPayload {
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
        case .entry(let event): event
        }
    }

    var type: String { Swift.type(of: payload).type }
}
