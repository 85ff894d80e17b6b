import Contracts

/// Where a case stands: what its events add up to. `apply` makes the next state; nothing else does.
struct CaseState: Codable, Sendable, Equatable {
    enum Status: String, Codable, Sendable, CaseIterable {
        /// It waits for its owner to accept it.
        case assigned
        case accepted
        /// Work has begun, and whoever reported it has had a first answer.
        case inHand = "in-hand"
        case resolved
        /// Somebody made sure that it is settled.
        case verified
        case closed
    }

    let id: EventID
    /// The sequence number of its last event.
    var version: Int
    /// Where the matter is.
    var unit: UnitCode
    let number: Int
    let origin: CaseOpened.Origin
    let openedAt: Instant
    /// Who reported it, and the same matter in cases that were joined to it: each once, in order.
    var reporters: [PersonID]
    var category: String
    var severity: Severity
    var handling: Handling
    var rule: String
    var status = Status.assigned
    var owner: Owner
    /// How far up it has come, by climbing or by hand: the next rung above is the next to be told.
    var rung: Rung
    var limits: CaseLimits
    var acceptBy: Instant
    /// From when the time to accept it counts.
    var acceptFrom: Instant
    var acceptSlip = SlipState()
    /// How long there is to accept it. The limits may have changed since; nil in states that were stored without it.
    var acceptLimit: Allowance?
    /// By when whoever reported has a first answer; nil where none is asked for.
    var answerBy: Instant?
    var answerSlip = SlipState()
    /// What the time of the first answer is computed from.
    var answerBasis: ClockBasis?
    var resolveBy: Instant
    /// From when the time to resolve it counts.
    var resolveFrom: Instant
    var resolveSlip = SlipState()
    /// When the next rung is told that it is overdue, as long as there is one.
    var climbBy: Instant
    var startedAt: Instant?
    var pause: Pause?
    /// Pauses that are over, since `resolveFrom`.
    var pauses: [WorkCalendar.Gap] = []
    /// When it was thought to be settled and was sent back, since `resolveFrom`; nil where it never was.
    var sentBack: [WorkCalendar.Gap]?
    var extended: Extension?
    var handOvers = 0
    /// Hand-overs since anybody accepted it.
    var passes = 0
    /// Reports of the same matter that were joined to it.
    var joined = 0
    /// Cases that are part of this one.
    var members: [EventID] = []
    /// The case that this one is part of.
    var joinedTo: EventID?
    var resolvedBy: Owner?
    var resolvedAt: Instant?
    var rating: Int?
    var verification: VerificationMeans?
    /// Whether the present settlement was disliked; each counts once.
    var isDisliked = false
    /// How often whoever reported was not content.
    var dissatisfied = 0
    var reopenings = 0
    /// Questions from above that nobody has answered yet.
    var questions: [Question] = []
    /// A whistle that somebody above has to approve first.
    var whistleAsked: WhistleRequest?
    var whistle: WhistleState?

    /// A limit, from when it counts, and the time in between that does not count.
    struct ClockBasis: Codable, Sendable, Equatable {
        var from: Instant
        var limit: Allowance
        var gaps: [WorkCalendar.Gap] = []

        func due(_ calendar: WorkCalendar, limit other: Allowance? = nil) -> Instant {
            let limit = other ?? limit
            return gaps.reduce(calendar.due(limit, after: from)) { calendar.shifted($0, of: limit, by: $1) }
        }
    }

    /// A pause that goes on.
    struct Pause: Codable, Sendable, Equatable {
        var reason: String
        var from: Instant
        var until: Instant
    }

    /// More time, asked for once.
    struct Extension: Codable, Sendable, Equatable {
        var until: Instant
        var approver: UnitCode
        /// Nil as long as nobody has decided.
        var granted: Bool?
    }

    /// A step of supervision (督办) that waits for its answer.
    struct Question: Codable, Sendable, Equatable {
        /// The sequence number of the event that asked.
        var step: Int
        var rung: Rung
        var unit: UnitCode
        /// Who has to answer, where it is not the case's owner.
        var department: DepartmentCode?
        /// Whether a person asked it, and not a clock.
        var isOrder: Bool
    }

    /// What the time to resolve it is computed from.
    var resolveBasis: ClockBasis {
        ClockBasis(
            from: resolveFrom, limit: limits.resolve, gaps: (pauses + (sentBack ?? [])).sorted { $0.from < $1.from })
    }

    var isOpen: Bool { status == .assigned || status == .accepted || status == .inHand }

    var openWhistle: WhistleState? { whistle?.endedAt == nil ? whistle : nil }

    var community: UnitCode { unit.ancestor(at: .community) ?? unit }
}

/// The slips of one deadline: each is given once.
struct SlipState: Codable, Sendable, Equatable {
    /// When the yellow one is due; nil once it is given, or where there is none.
    var yellowAt: Instant?
    var isRed = false
}
