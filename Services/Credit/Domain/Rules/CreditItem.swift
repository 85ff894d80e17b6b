import Contracts

/// An item of the rules: who gets how many points for what, with which evidence, how often and for how long.
struct CreditItem: Sendable, Hashable {
    /// The name of the rule in entries; never used again for something else.
    var code: String
    var english: String
    var chinese: String
    var subjects: Set<SubjectKind>
    /// How an event comes to be credited.
    var trigger: Trigger
    /// What its quantity counts.
    var measure: Measure
    var worth: Worth
    /// The least quantity that is credited.
    var minimum: Int
    /// What whoever reports it must attach, one reference each.
    var evidence: [Evidence]
    /// At most so many points of this item within a period, for one account.
    var caps: [Cap]
    /// How long an entry counts, from the day of the event.
    var validYears: Int
    /// Where the figure is from.
    var source: String
    /// The law that a deduction rests on.
    var legalBasis: String?
    var isEnabled: Bool

    enum Trigger: String, Choice {
        /// Reported as a deed.
        case deed
        /// Reported as volunteer hours.
        case hours
        /// A visit at which somebody was met; the quantity is its minutes.
        case patrol
        case caseSettledInTime = "case-settled-in-time"
        /// A case was rated; the quantity is the rating, 1 to 5.
        case caseRated = "case-rated"
        case whistleAttendedInTime = "whistle-attended-in-time"
        case whistleDoneInTime = "whistle-done-in-time"
        case whistleMissed = "whistle-missed"
    }

    enum Measure: String, Choice {
        case times, people, yuan, minutes, rating
        /// Hundredths of an hour.
        case hours
    }

    enum Evidence: String, Choice {
        case photo, certificate, receipt, witness, record
        /// A finding of the body whose task it is, by the law named.
        case finding
    }

    struct Cap: Codable, Sendable, Hashable {
        var period: Period
        var points: Points
    }

    /// A deduction needs a law to rest on, and is off until one is entered.
    var isInForce: Bool { isEnabled && !(worth.isDeduction && legalBasis == nil) }

    /// The least quantity that may earn anything.
    var least: Int {
        if case .steps(let steps) = worth { max(minimum, steps.first?.from ?? 1) } else { minimum }
    }

    /// The longest stretch whose events bear upon each other, by caps or the curve; nil where each stands alone.
    var horizon: Period? { (caps.map(\.period) + [worth.curve?.over].compactMap { $0 }).max() }
}
