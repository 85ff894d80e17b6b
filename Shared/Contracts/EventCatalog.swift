/// Every event type, for the documents and for the test that compares them with the types.
public enum EventCatalog {
    public static let all: [any EventPayload.Type] = [
        VisitReported.self, FindingReported.self, ComplaintReceived.self, CaseAction.self, ChatReceived.self,
        DeedReported.self, HoursReported.self, ConsentChanged.self,
        VisitRecorded.self, FindingRecorded.self, FactRecorded.self,
        UnitListed.self, PersonListed.self, DepartmentListed.self, GatewayListed.self,
        CaseOpened.self, CaseJoined.self, CaseAccepted.self, CaseHandedOver.self, CaseReclassified.self,
        CaseResolved.self, CaseRated.self, CaseClosed.self, CaseClimbed.self,
        WhistleBlown.self, WhistleCheckedIn.self, WhistleDeclined.self, WhistleDone.self, WhistleMissed.self,
        WhistleEnded.self,
        CaseWarned.self, CasePaused.self, CaseResumed.self, CaseExtensionAsked.self, CaseExtensionDecided.self,
        CaseRescheduled.self, CaseStarted.self, CaseVerified.self, CaseReopened.self, CaseSentBack.self,
        CaseCorrected.self, CaseSupervised.self, CaseAnswered.self, CaseJoinedTo.self, CaseSplit.self, CaseParted.self,
        WhistleAsked.self, WhistleRefused.self, WhistleChanged.self, WhistleProgressed.self,
        WhistleDeclineDecided.self, NoShowWithdrawn.self, WhistleJudged.self, WhistleAssessed.self,
        CreditEntryMade.self, NoticeSettled.self, TopicMade.self, ClockSet.self,
    ]
}
