import Contracts
import ServiceKit

/// What credit can be told.
///
/// Of the events of cases each counts for itself, whatever the order: none is parked for the one before it.
enum CreditCommand: Sendable {
    case deed(DeedReported)
    case hours(HoursReported)
    case consent(ConsentChanged)
    case visit(VisitRecorded)
    case resolved(CaseResolved)
    case rated(CaseRated)
    case checkedIn(WhistleCheckedIn)
    case done(WhistleDone)
    case missed(WhistleMissed)
    case noShowWithdrawn(NoShowWithdrawn)
    /// It is time to settle an account.
    case settle(account: EventID, Pace)

    static let sources: [Source<CreditCommand>] = [
        Source(
            .deeds, from: .gateway,
            [
                Inlet(DeedReported.self) { .deed($0) }, Inlet(HoursReported.self) { .hours($0) },
                Inlet(ConsentChanged.self) { .consent($0) },
            ]),
        Source(.visits, from: .service, [Inlet(VisitRecorded.self) { .visit($0) }]),
        Source(
            .cases, from: .service,
            [
                Inlet(CaseResolved.self) { .resolved($0) }, Inlet(CaseRated.self) { .rated($0) },
                Inlet(WhistleCheckedIn.self) { .checkedIn($0) }, Inlet(WhistleDone.self) { .done($0) },
                Inlet(WhistleMissed.self) { .missed($0) },
                Inlet(NoShowWithdrawn.self) { .noShowWithdrawn($0) },
            ]),
    ]

    /// A due timer is an account's to be settled.
    static func due(_ timer: DueTimer) -> CreditCommand? {
        Pace(timerKind: timer.key.kind).map { .settle(account: timer.key.subject, $0) }
    }
}

extension Pace {
    var timerKind: String { "settle-\(rawValue)" }

    init?(timerKind: String) {
        guard let pace = Pace.allCases.first(where: { $0.timerKind == timerKind }) else { return nil }
        self = pace
    }
}

extension Account {
    /// The subject of the account's timers.
    var timerSubject: EventID {
        EventID.derived(from: "account", at: Instant(milliseconds: 0), type: "muster.credit", subject: description)
    }
}
