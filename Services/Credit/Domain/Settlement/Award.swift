import Contracts

/// What an event earns, and why not more: the answer to "why this score" where no entry says it.
struct Award: Sendable, Hashable {
    var event: CreditedEvent
    var outcome: Outcome

    enum Outcome: Sendable, Hashable {
        case earned(Earning)
        case nothing(Reason)
    }

    struct Earning: Sendable, Hashable {
        var points: Points
        var ruleVersion: Int
        var expires: Instant
        /// What the rule would have given, where a cap left less.
        var uncapped: Points?
        /// The cap that was reached.
        var cap: CalendarPeriod?
    }

    enum Reason: Sendable, Hashable {
        /// It happened before there were rules.
        case beforeRules
        /// The version of its time has no such item.
        case noSuchItem
        /// The item was off: a deduction without a law, or switched off.
        case itemIsOff
        /// The item is not for this kind of subject.
        case notForSubject
        case noConsent
        case belowMinimum(Int)
        /// It adds to the period's quantity, but completes no step of it.
        case addsUp
        case capReached(CalendarPeriod)
    }

    var points: Points {
        if case .earned(let earning) = outcome { earning.points } else { .zero }
    }
}
