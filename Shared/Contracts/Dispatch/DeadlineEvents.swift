/// What is due by some time: the case's own deadlines, then those of each department in a whistle.
public enum CaseDeadline: String, Choice {
    case accept
    /// The first answer to whoever reported.
    case answer
    case resolve
    case sign
    case contact
    case arrive
    case complete
}

/// A slip of paper on a deadline: yellow before it, red from the first moment after it.
public enum Slip: String, Choice {
    case yellow
    case red
}

/// A deadline is near or has passed; each slip is given once for each deadline.
public struct CaseWarned: CaseEvent {
    public static let type = "muster.case.warned.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var slip: Slip
    public var deadline: CaseDeadline
    public var due: Instant
    /// Whose deadline it is, where it is a department's.
    public var department: DepartmentCode?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, slip: Slip, deadline: CaseDeadline, due: Instant,
        department:
            DepartmentCode? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.slip = slip
        self.deadline = deadline
        self.due = due
        self.department = department
    }
}

/// The case waits for something that its owner can do nothing about; its clocks stop.
public struct CasePaused: CaseEvent {
    public static let type = "muster.case.paused.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    /// A code of the policy's list, such as `waiting-for-parts`.
    public var reason: String
    /// When it goes on by itself.
    public var until: Instant

    public init(
        case: EventID, sequence: Int, unit: UnitCode, reason: String, until: Instant
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.reason = reason
        self.until = until
    }
}

/// A pause is over, and the clocks go on with the work time that was left.
public struct CaseResumed: CaseEvent {
    public static let type = "muster.case.resumed.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var pausedFrom: Instant
    /// Whether a person ended it before its time.
    public var early: Bool
    public var resolveBy: Instant
    public var answerBy: Instant?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, pausedFrom: Instant, early: Bool, resolveBy: Instant,
        answerBy:
            Instant? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.pausedFrom = pausedFrom
        self.early = early
        self.resolveBy = resolveBy
        self.answerBy = answerBy
    }
}

/// The owner asks for more time, once; the level above decides.
public struct CaseExtensionAsked: CaseEvent {
    public static let type = "muster.case.extension-asked.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    /// The deadline that is asked for.
    public var until: Instant
    public var reason: String
    /// Whose staff decide, or those above them.
    public var approver: UnitCode

    public init(
        case: EventID, sequence: Int, unit: UnitCode, until: Instant, reason: String, approver: UnitCode
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.until = until
        self.reason = reason
        self.approver = approver
    }
}

/// More time is granted or refused.
public struct CaseExtensionDecided: CaseEvent {
    public static let type = "muster.case.extension-decided.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var granted: Bool
    /// The deadline after the decision.
    public var resolveBy: Instant
    public var reason: String?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, granted: Bool, resolveBy: Instant, reason: String? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.granted = granted
        self.resolveBy = resolveBy
        self.reason = reason
    }
}

/// Another calendar or other rules moved the deadlines of an open case.
public struct CaseRescheduled: CaseEvent {
    public static let type = "muster.case.rescheduled.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var acceptBy: Instant
    public var resolveBy: Instant
    public var formerAcceptBy: Instant
    public var formerResolveBy: Instant
    /// The calendar and rules it was computed by.
    public var policy: String
    public var answerBy: Instant?
    /// The version of the rules whose limits hold from now on, where they changed.
    public var rules: Int?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, acceptBy: Instant, resolveBy: Instant, formerAcceptBy: Instant,
        formerResolveBy: Instant, policy: String, answerBy: Instant? = nil, rules: Int? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.acceptBy = acceptBy
        self.resolveBy = resolveBy
        self.formerAcceptBy = formerAcceptBy
        self.formerResolveBy = formerResolveBy
        self.policy = policy
        self.answerBy = answerBy
        self.rules = rules
    }
}
