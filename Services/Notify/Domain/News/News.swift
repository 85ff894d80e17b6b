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
    case resumed(CaseResumed)
    case extensionAsked(CaseExtensionAsked)
    case extensionDecided(CaseExtensionDecided)
    case rescheduled(CaseRescheduled)
    case warned(CaseWarned)
    case corrected(CaseCorrected)
    case sentBack(CaseSentBack)
    case reopened(CaseReopened)
    case supervised(CaseSupervised)
    case answered(CaseAnswered)
    case joinedTo(CaseJoinedTo)
    case split(CaseSplit)
    case parted(CaseParted)
    case whistleAsked(WhistleAsked)
    case whistleRefused(WhistleRefused)
    case whistleChanged(WhistleChanged)
    case declineDecided(WhistleDeclineDecided)
    case noShowWithdrawn(NoShowWithdrawn)
    /// A step of a case that nobody is told of, or that this version does not know.
    case other(CaseStep)
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
        case .resumed(let event): event
        case .extensionAsked(let event): event
        case .extensionDecided(let event): event
        case .rescheduled(let event): event
        case .warned(let event): event
        case .corrected(let event): event
        case .sentBack(let event): event
        case .reopened(let event): event
        case .supervised(let event): event
        case .answered(let event): event
        case .joinedTo(let event): event
        case .split(let event): event
        case .parted(let event): event
        case .whistleAsked(let event): event
        case .whistleRefused(let event): event
        case .whistleChanged(let event): event
        case .declineDecided(let event): event
        case .noShowWithdrawn(let event): event
        case .other(let event): event
        case .entry(let event): event
        }
    }

    var type: String { Swift.type(of: payload).type }
}

extension News {
    /// The event's JSON, to be stored beside its type.
    func encoded() throws -> [UInt8] {
        func encode(_ payload: some EventPayload) throws -> [UInt8] { try EventJSON.encode(payload) }
        return try encode(payload)
    }

    /// Reads an event that was stored as its type and JSON; nil for a type that nobody is told of.
    static func read(_ type: String, _ json: [UInt8]) throws(UnreadableEvent) -> News? {
        func read<Payload: EventPayload>(_ wrap: (Payload) -> News) throws(UnreadableEvent) -> News {
            wrap(try EventJSON.payload(Payload.self, from: json))
        }
        return switch type {
        case CaseOpened.type: try read(News.opened)
        case CaseJoined.type: try read(News.joined)
        case CaseAccepted.type: try read(News.accepted)
        case CaseHandedOver.type: try read(News.handedOver)
        case CaseReclassified.type: try read(News.reclassified)
        case CaseResolved.type: try read(News.resolved)
        case CaseRated.type: try read(News.rated)
        case CaseClosed.type: try read(News.closed)
        case CaseClimbed.type: try read(News.climbed)
        case WhistleBlown.type: try read(News.whistleBlown)
        case WhistleCheckedIn.type: try read(News.checkedIn)
        case WhistleDeclined.type: try read(News.declined)
        case WhistleDone.type: try read(News.done)
        case WhistleMissed.type: try read(News.missed)
        case WhistleEnded.type: try read(News.whistleEnded)
        case CaseResumed.type: try read(News.resumed)
        case CaseExtensionAsked.type: try read(News.extensionAsked)
        case CaseExtensionDecided.type: try read(News.extensionDecided)
        case CaseRescheduled.type: try read(News.rescheduled)
        case CaseWarned.type: try read(News.warned)
        case CaseCorrected.type: try read(News.corrected)
        case CaseSentBack.type: try read(News.sentBack)
        case CaseReopened.type: try read(News.reopened)
        case CaseSupervised.type: try read(News.supervised)
        case CaseAnswered.type: try read(News.answered)
        case CaseJoinedTo.type: try read(News.joinedTo)
        case CaseSplit.type: try read(News.split)
        case CaseParted.type: try read(News.parted)
        case WhistleAsked.type: try read(News.whistleAsked)
        case WhistleRefused.type: try read(News.whistleRefused)
        case WhistleChanged.type: try read(News.whistleChanged)
        case WhistleDeclineDecided.type: try read(News.declineDecided)
        case NoShowWithdrawn.type: try read(News.noShowWithdrawn)
        case CaseStep.type: try read(News.other)
        case CreditEntryMade.type: try read(News.entry)
        default: nil
        }
    }
}
