/// How somebody made sure that a matter is settled.
public enum VerificationMeans: String, Choice {
    /// By whoever reported it.
    case reporter
    case callBack = "call-back"
    /// By going there.
    case visit
}

/// Why a settled case is opened again.
public enum ReopeningGrounds: String, Choice {
    /// Whoever reported it is not content.
    case dissatisfied
    /// A call-back found it unsettled.
    case callBack = "call-back"
    /// The community, or those above it, found it unsettled.
    case community
}

/// Work has begun, and whoever reported it has had a first answer.
public struct CaseStarted: CaseEvent {
    public static let type = "muster.case.started.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var owner: Owner
    /// Whether the first answer came by its deadline; missing where there is none.
    public var inTime: Bool?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, owner: Owner, inTime: Bool? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.owner = owner
        self.inTime = inTime
    }
}

/// Somebody made sure whether the matter is settled.
public struct CaseVerified: CaseEvent {
    public static let type = "muster.case.verified.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var means: VerificationMeans
    public var satisfied: Bool
    /// Who settled it.
    public var settledBy: Owner

    public init(
        case: EventID, sequence: Int, unit: UnitCode, means: VerificationMeans, satisfied: Bool, settledBy: Owner
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.means = means
        self.satisfied = satisfied
        self.settledBy = settledBy
    }
}

/// A settled case is to be done again.
public struct CaseReopened: CaseEvent {
    public static let type = "muster.case.reopened.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var grounds: ReopeningGrounds
    public var reason: String
    public var owner: Owner
    /// How often it has been opened again, this time included.
    public var count: Int
    public var acceptBy: Instant
    public var resolveBy: Instant
    public var answerBy: Instant?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, grounds: ReopeningGrounds, reason: String, owner: Owner,
        count:
            Int, acceptBy: Instant, resolveBy: Instant, answerBy: Instant? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.grounds = grounds
        self.reason = reason
        self.owner = owner
        self.count = count
        self.acceptBy = acceptBy
        self.resolveBy = resolveBy
        self.answerBy = answerBy
    }
}

/// What was called settled is not: it goes back to whoever settled it.
public struct CaseSentBack: CaseEvent {
    public static let type = "muster.case.sent-back.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var to: Owner
    public var reason: String
    public var resolveBy: Instant

    public init(
        case: EventID, sequence: Int, unit: UnitCode, to: Owner, reason: String, resolveBy: Instant
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.to = to
        self.reason = reason
        self.resolveBy = resolveBy
    }
}

/// A person corrects what was taken down; it counts against the rule that said otherwise.
public struct CaseCorrected: CaseEvent {
    public static let type = "muster.case.corrected.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var reason: String
    /// The rule that it counts against, as in the opening.
    public var rule: String
    public var resolveBy: Instant
    /// This and the next ones are there where they were changed.
    public var formerCategory: String?
    public var category: String?
    public var formerSeverity: Severity?
    public var severity: Severity?
    public var formerHandling: Handling?
    public var handling: Handling?
    /// The unit where it really is; `unit` is the former one.
    public var place: UnitCode?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, reason: String, rule: String, resolveBy: Instant,
        formerCategory: String? = nil, category: String? = nil, formerSeverity: Severity? = nil,
        severity: Severity? =
            nil, formerHandling: Handling? = nil, handling: Handling? = nil, place: UnitCode? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.reason = reason
        self.rule = rule
        self.resolveBy = resolveBy
        self.formerCategory = formerCategory
        self.category = category
        self.formerSeverity = formerSeverity
        self.severity = severity
        self.formerHandling = formerHandling
        self.handling = handling
        self.place = place
    }
}

/// A person above orders the case to be seen to (督办) and asks about it; `sequence` names the step.
public struct CaseSupervised: CaseEvent {
    public static let type = "muster.case.supervised.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var rung: Rung
    public var supervisor: UnitCode
    public var ask: String

    public init(
        case: EventID, sequence: Int, unit: UnitCode, rung: Rung, supervisor: UnitCode, ask: String
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.rung = rung
        self.supervisor = supervisor
        self.ask = ask
    }
}

/// A step of supervision is answered.
public struct CaseAnswered: CaseEvent {
    public static let type = "muster.case.answered.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    /// The sequence number of the event that asked: a climb or an order.
    public var step: Int
    public var rung: Rung
    public var supervisor: UnitCode
    public var answer: String
    public var department: DepartmentCode?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, step: Int, rung: Rung, supervisor: UnitCode, answer: String,
        department: DepartmentCode? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.step = step
        self.rung = rung
        self.supervisor = supervisor
        self.answer = answer
        self.department = department
    }
}
