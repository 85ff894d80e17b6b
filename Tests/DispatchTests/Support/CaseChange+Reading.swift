import Contracts

@testable import muster_dispatch

extension CaseChange {
    /// Reads a step as it is stored in the history.
    init(type: String, data: [UInt8]) throws {
        func read<Payload: CaseEvent>(_ wrap: (Payload) -> CaseChange) throws -> CaseChange {
            wrap(try EventJSON.payload(Payload.self, from: data))
        }
        let readers: [String: () throws -> CaseChange] = [
            CaseOpened.type: { try read(CaseChange.opened) },
            CaseJoined.type: { try read(CaseChange.joined) },
            CaseJoinedTo.type: { try read(CaseChange.joinedTo) },
            CaseSplit.type: { try read(CaseChange.split) },
            CaseParted.type: { try read(CaseChange.parted) },
            CaseAccepted.type: { try read(CaseChange.accepted) },
            CaseStarted.type: { try read(CaseChange.started) },
            CaseHandedOver.type: { try read(CaseChange.handedOver) },
            CaseReclassified.type: { try read(CaseChange.reclassified) },
            CaseCorrected.type: { try read(CaseChange.corrected) },
            CasePaused.type: { try read(CaseChange.paused) },
            CaseResumed.type: { try read(CaseChange.resumed) },
            CaseExtensionAsked.type: { try read(CaseChange.extensionAsked) },
            CaseExtensionDecided.type: { try read(CaseChange.extensionDecided) },
            CaseRescheduled.type: { try read(CaseChange.rescheduled) },
            CaseWarned.type: { try read(CaseChange.warned) },
            CaseResolved.type: { try read(CaseChange.resolved) },
            CaseVerified.type: { try read(CaseChange.verified) },
            CaseRated.type: { try read(CaseChange.rated) },
            CaseSentBack.type: { try read(CaseChange.sentBack) },
            CaseReopened.type: { try read(CaseChange.reopened) },
            CaseClosed.type: { try read(CaseChange.closed) },
            CaseClimbed.type: { try read(CaseChange.climbed) },
            CaseSupervised.type: { try read(CaseChange.supervised) },
            CaseAnswered.type: { try read(CaseChange.answered) },
            WhistleAsked.type: { try read(CaseChange.whistleAsked) },
            WhistleRefused.type: { try read(CaseChange.whistleRefused) },
            WhistleBlown.type: { try read(CaseChange.whistleBlown) },
            WhistleChanged.type: { try read(CaseChange.whistleChanged) },
            WhistleProgressed.type: { try read(CaseChange.progressed) },
            WhistleCheckedIn.type: { try read(CaseChange.checkedIn) },
            WhistleDeclined.type: { try read(CaseChange.declined) },
            WhistleDeclineDecided.type: { try read(CaseChange.declineDecided) },
            WhistleDone.type: { try read(CaseChange.done) },
            WhistleMissed.type: { try read(CaseChange.missed) },
            NoShowWithdrawn.type: { try read(CaseChange.noShowWithdrawn) },
            WhistleEnded.type: { try read(CaseChange.whistleEnded) },
            WhistleJudged.type: { try read(CaseChange.judged) },
            WhistleAssessed.type: { try read(CaseChange.assessed) },
        ]
        guard let reader = readers[type] else { throw UnknownStep(type: type) }
        self = try reader()
    }

    struct UnknownStep: Error { let type: String }
}
