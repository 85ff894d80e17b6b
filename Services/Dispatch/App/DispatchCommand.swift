import Contracts
import ServiceKit

/// What dispatch can be told.
enum DispatchCommand: Sendable {
    case finding(FindingRecorded)
    case complaint(ComplaintReceived)
    case action(CaseAction)
    /// What somebody wrote to a bot; `ChatLookup` makes an action of it before anything is decided.
    case chat(ChatReceived)
    /// A message that no action can be made of.
    case unclear(Refusal)
    /// A clock of a case has run out.
    case clock(CaseClock, of: EventID)
    /// All reports of before are there: it is settled whether a case repeats a known matter.
    case settle(EventID)
    /// The calendar or the rules have changed since its deadlines were computed.
    case reschedule(EventID)

    static let sources: [Source<DispatchCommand>] = [
        Source(.findings, from: .service, [Inlet(FindingRecorded.self) { .finding($0) }]),
        Source(.hotline, from: .gateway, [Inlet(ComplaintReceived.self) { .complaint($0) }]),
        Source(
            .actions, from: .gateway, [Inlet(CaseAction.self) { .action($0) }, Inlet(ChatReceived.self) { .chat($0) }]),
    ]

    /// A due timer is a clock of the case that it is about.
    static func due(_ timer: DueTimer) -> DispatchCommand? {
        if timer.key.kind == settleKind { return .settle(timer.key.subject) }
        if timer.key.kind == PolicyWatch.timerKind { return .reschedule(timer.key.subject) }
        guard let kind = CaseClock.Kind(rawValue: timer.key.kind) else { return nil }
        return .clock(CaseClock(kind: kind, ordinal: timer.key.ordinal, due: timer.due), of: timer.key.subject)
    }

    static let settleKind = "settle"
}
