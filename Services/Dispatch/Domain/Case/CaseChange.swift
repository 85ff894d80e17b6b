import Contracts

/// One step of a case's life, as the event that tells of it.
enum CaseChange: Sendable, Equatable {
    case opened(CaseOpened)
    case joined(CaseJoined)
    case joinedTo(CaseJoinedTo)
    case split(CaseSplit)
    case parted(CaseParted)
    case accepted(CaseAccepted)
    case started(CaseStarted)
    case handedOver(CaseHandedOver)
    case reclassified(CaseReclassified)
    case corrected(CaseCorrected)
    case paused(CasePaused)
    case resumed(CaseResumed)
    case extensionAsked(CaseExtensionAsked)
    case extensionDecided(CaseExtensionDecided)
    case rescheduled(CaseRescheduled)
    case warned(CaseWarned)
    case resolved(CaseResolved)
    case verified(CaseVerified)
    case rated(CaseRated)
    case sentBack(CaseSentBack)
    case reopened(CaseReopened)
    case closed(CaseClosed)
    case climbed(CaseClimbed)
    case supervised(CaseSupervised)
    case answered(CaseAnswered)
    case whistleAsked(WhistleAsked)
    case whistleRefused(WhistleRefused)
    case whistleBlown(WhistleBlown)
    case whistleChanged(WhistleChanged)
    case progressed(WhistleProgressed)
    case checkedIn(WhistleCheckedIn)
    case declined(WhistleDeclined)
    case declineDecided(WhistleDeclineDecided)
    case done(WhistleDone)
    case missed(WhistleMissed)
    case noShowWithdrawn(NoShowWithdrawn)
    case whistleEnded(WhistleEnded)
    case judged(WhistleJudged)
    case assessed(WhistleAssessed)

    var payload: any CaseEvent {
        switch self {
        case .opened(let event): event
        case .joined(let event): event
        case .joinedTo(let event): event
        case .split(let event): event
        case .parted(let event): event
        case .accepted(let event): event
        case .started(let event): event
        case .handedOver(let event): event
        case .reclassified(let event): event
        case .corrected(let event): event
        case .paused(let event): event
        case .resumed(let event): event
        case .extensionAsked(let event): event
        case .extensionDecided(let event): event
        case .rescheduled(let event): event
        case .warned(let event): event
        case .resolved(let event): event
        case .verified(let event): event
        case .rated(let event): event
        case .sentBack(let event): event
        case .reopened(let event): event
        case .closed(let event): event
        case .climbed(let event): event
        case .supervised(let event): event
        case .answered(let event): event
        case .whistleAsked(let event): event
        case .whistleRefused(let event): event
        case .whistleBlown(let event): event
        case .whistleChanged(let event): event
        case .progressed(let event): event
        case .checkedIn(let event): event
        case .declined(let event): event
        case .declineDecided(let event): event
        case .done(let event): event
        case .missed(let event): event
        case .noShowWithdrawn(let event): event
        case .whistleEnded(let event): event
        case .judged(let event): event
        case .assessed(let event): event
        }
    }
}
