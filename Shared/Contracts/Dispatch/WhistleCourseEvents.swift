/// What a department does on its way through a whistle, beside coming and being done.
public enum WhistleStep: String, Choice {
    /// It has taken note (签收).
    case signed
    /// It has spoken to the community.
    case contacted
    /// It has done some of its part on the spot.
    case contributed
}

/// A whistle is to be blown, which somebody above has to approve first.
public struct WhistleAsked: CaseEvent {
    public static let type = "muster.whistle.asked.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var whistle: EventID
    public var kind: WhistleKind
    public var departments: [DepartmentCode]
    public var approver: UnitCode
    public var lead: DepartmentCode?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, whistle: EventID, kind: WhistleKind,
        departments:
            [DepartmentCode], approver: UnitCode, lead: DepartmentCode? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.whistle = whistle
        self.kind = kind
        self.departments = departments
        self.approver = approver
        self.lead = lead
    }
}

/// Whoever had to approve it did not.
public struct WhistleRefused: CaseEvent {
    public static let type = "muster.whistle.refused.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var whistle: EventID
    public var reason: String

    public init(
        case: EventID, sequence: Int, unit: UnitCode, whistle: EventID, reason: String
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.whistle = whistle
        self.reason = reason
    }
}

/// The blower calls other departments.
public struct WhistleChanged: CaseEvent {
    public static let type = "muster.whistle.changed.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var whistle: EventID
    public var added: [Summons]
    public var released: [DepartmentCode]
    public var lead: DepartmentCode

    public init(
        case: EventID, sequence: Int, unit: UnitCode, whistle: EventID, added: [Summons], released: [DepartmentCode],
        lead: DepartmentCode
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.whistle = whistle
        self.added = added
        self.released = released
        self.lead = lead
    }
}

/// A department is on its way.
public struct WhistleProgressed: CaseEvent {
    public static let type = "muster.whistle.progressed.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var whistle: EventID
    public var department: DepartmentCode
    public var step: WhistleStep
    /// Missing where there is no deadline.
    public var inTime: Bool?
    public var note: String?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, whistle: EventID, department: DepartmentCode, step: WhistleStep,
        inTime: Bool? = nil, note: String? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.whistle = whistle
        self.department = department
        self.step = step
        self.inTime = inTime
        self.note = note
    }
}

/// The town decided whether a department may stay away.
public struct WhistleDeclineDecided: CaseEvent {
    public static let type = "muster.whistle.decline-decided.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var whistle: EventID
    public var department: DepartmentCode
    public var excused: Bool
    public var reason: String?
    /// Anew, where it has to come after all.
    public var arriveBy: Instant?
    public var completeBy: Instant?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, whistle: EventID, department: DepartmentCode, excused: Bool,
        reason: String? = nil, arriveBy: Instant? = nil, completeBy: Instant? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.whistle = whistle
        self.department = department
        self.excused = excused
        self.reason = reason
        self.arriveBy = arriveBy
        self.completeBy = completeBy
    }
}

/// A no-show is taken back: the department had come in time, and we heard of it late.
public struct NoShowWithdrawn: CaseEvent {
    public static let type = "muster.whistle.no-show-withdrawn.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var whistle: EventID
    public var department: DepartmentCode
    /// The event of the no-show that it takes back.
    public var missed: EventID?
    public var due: Instant
    /// When it came.
    public var cameAt: Instant
    /// When we heard of it.
    public var heardAt: Instant
    /// Who had been told of the no-show.
    public var told: [Rung]
    /// Their units, from the ground up.
    public var supervisors: [UnitCode]
    /// Whether a person decided so; otherwise it followed from the time.
    public var decided: Bool

    public init(
        case: EventID, sequence: Int, unit: UnitCode, whistle: EventID, department: DepartmentCode,
        missed: EventID? =
            nil, due: Instant, cameAt: Instant, heardAt: Instant, told: [Rung], supervisors: [UnitCode], decided: Bool
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.whistle = whistle
        self.department = department
        self.missed = missed
        self.due = due
        self.cameAt = cameAt
        self.heardAt = heardAt
        self.told = told
        self.supervisors = supervisors
        self.decided = decided
    }
}

/// The blower's mark for a department, after the whistle.
public struct WhistleJudged: CaseEvent {
    public static let type = "muster.whistle.judged.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var whistle: EventID
    public var department: DepartmentCode
    public var onTime: Bool
    public var rightPeople: Bool
    public var solved: Bool
    public var satisfied: Bool

    public init(
        case: EventID, sequence: Int, unit: UnitCode, whistle: EventID, department: DepartmentCode, onTime: Bool,
        rightPeople: Bool, solved: Bool, satisfied: Bool
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.whistle = whistle
        self.department = department
        self.onTime = onTime
        self.rightPeople = rightPeople
        self.solved = solved
        self.satisfied = satisfied
    }
}

/// A department's own view of the whistle: whether it was needed, and theirs at all.
public struct WhistleAssessed: CaseEvent {
    public static let type = "muster.whistle.assessed.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var whistle: EventID
    public var department: DepartmentCode
    public var needed: Bool
    public var ours: Bool

    public init(
        case: EventID, sequence: Int, unit: UnitCode, whistle: EventID, department: DepartmentCode, needed: Bool,
        ours: Bool
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.whistle = whistle
        self.department = department
        self.needed = needed
        self.ours = ours
    }
}
