import Contracts
import ServiceKit

/// What notify can be told.
enum NotifyCommand: Sendable {
    case news(News)
    case contact(ContactListed)
    /// Something happened to a delivery that this service itself is at work on.
    case delivery(EventID, DeliveryEvent)

    static let sources: [Source<NotifyCommand>] = [
        Source(
            .cases, from: .service,
            [
                Inlet(CaseOpened.self) { .news(.opened($0)) }, Inlet(CaseJoined.self) { .news(.joined($0)) },
                Inlet(CaseAccepted.self) { .news(.accepted($0)) },
                Inlet(CaseHandedOver.self) { .news(.handedOver($0)) },
                Inlet(CaseReclassified.self) { .news(.reclassified($0)) },
                Inlet(CaseResolved.self) { .news(.resolved($0)) }, Inlet(CaseRated.self) { .news(.rated($0)) },
                Inlet(CaseClosed.self) { .news(.closed($0)) }, Inlet(CaseClimbed.self) { .news(.climbed($0)) },
                Inlet(WhistleBlown.self) { .news(.whistleBlown($0)) },
                Inlet(WhistleCheckedIn.self) { .news(.checkedIn($0)) },
                Inlet(WhistleDeclined.self) { .news(.declined($0)) }, Inlet(WhistleDone.self) { .news(.done($0)) },
                Inlet(WhistleMissed.self) { .news(.missed($0)) },
                Inlet(WhistleEnded.self) { .news(.whistleEnded($0)) },
                Inlet(CaseResumed.self) { .news(.resumed($0)) },
                Inlet(CaseExtensionAsked.self) { .news(.extensionAsked($0)) },
                Inlet(CaseExtensionDecided.self) { .news(.extensionDecided($0)) },
                Inlet(CaseRescheduled.self) { .news(.rescheduled($0)) },
                Inlet(CaseWarned.self) { .news(.warned($0)) },
                Inlet(CaseCorrected.self) { .news(.corrected($0)) },
                Inlet(CaseSentBack.self) { .news(.sentBack($0)) },
                Inlet(CaseReopened.self) { .news(.reopened($0)) },
                Inlet(CaseSupervised.self) { .news(.supervised($0)) },
                Inlet(CaseAnswered.self) { .news(.answered($0)) },
                Inlet(CaseJoinedTo.self) { .news(.joinedTo($0)) },
                Inlet(CaseSplit.self) { .news(.split($0)) },
                Inlet(CaseParted.self) { .news(.parted($0)) },
                Inlet(WhistleAsked.self) { .news(.whistleAsked($0)) },
                Inlet(WhistleRefused.self) { .news(.whistleRefused($0)) },
                Inlet(WhistleChanged.self) { .news(.whistleChanged($0)) },
                Inlet(WhistleDeclineDecided.self) { .news(.declineDecided($0)) },
                Inlet(NoShowWithdrawn.self) { .news(.noShowWithdrawn($0)) },
            ], others: Inlet(CaseStep.self) { .news(.other($0)) }),
        Source(.entries, from: .service, [Inlet(CreditEntryMade.self) { .news(.entry($0)) }]),
    ]
}
