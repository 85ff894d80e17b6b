import Contracts

/// The rules that cases are decided by, as data: the calendar, the rules of triage, the limits of whistles.
struct CasePolicy: Sendable {
    var calendar: WorkCalendar
    var triage: TriageRules
    /// Where they differ from the standard ones.
    var whistles: [WhistleKind: WhistleLimits] = [:]
    /// How long after a no-show a check-in of before the deadline is still believed.
    var lateEvidence = Duration.seconds(2 * 3_600)

    /// The shipped calendar and rules, and the standard whistles.
    static func shipped() throws(FaultyData) -> CasePolicy {
        CasePolicy(calendar: try .mainlandChina(), triage: try .shipped(), whistles: [:])
    }

    func limits(of kind: WhistleKind) -> WhistleLimits { whistles[kind] ?? WhistleLimits.standard(kind) }
}

extension WhistleLimits {
    /// Emergency: on the spot within 30 minutes (Pinggu, Beijing); key work within 5 and enforcement within 3 work days
    /// (Gulou, Nanjing).
    static func standard(_ kind: WhistleKind) -> WhistleLimits {
        switch kind {
        case .emergency: WhistleLimits(arrive: .minutes(30), complete: .minutes(24 * 60), climb: .minutes(30))
        case .enforcement: WhistleLimits(arrive: .workDays(3), complete: .workDays(10), climb: .workDays(1))
        case .keyWork: WhistleLimits(arrive: .workDays(5), complete: .workDays(15), climb: .workDays(1))
        }
    }
}
