/// A department as it is called by a whistle, with its deadlines.
public struct Summons: Codable, Sendable, Hashable {
    public var department: DepartmentCode
    public var arriveBy: Instant
    public var completeBy: Instant
    /// By when it has to take note and to get in touch, where the kind of whistle asks for it.
    public var signBy: Instant?
    public var contactBy: Instant?

    public init(
        department: DepartmentCode, arriveBy: Instant, completeBy: Instant, signBy: Instant? = nil,
        contactBy: Instant? = nil
    ) {
        self.department = department
        self.arriveBy = arriveBy
        self.completeBy = completeBy
        self.signBy = signBy
        self.contactBy = contactBy
    }
}

public struct WhistleBlown: CaseEvent {
    public static let type = "muster.whistle.blown.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var whistle: EventID
    public var kind: WhistleKind
    public var community: UnitCode
    public var summons: [Summons]
    /// The department that leads.
    public var lead: DepartmentCode?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, whistle: EventID, kind: WhistleKind, community: UnitCode,
        summons: [Summons], lead: DepartmentCode? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.whistle = whistle
        self.kind = kind
        self.community = community
        self.summons = summons
        self.lead = lead
    }
}

/// A department came (报到).
public struct WhistleCheckedIn: CaseEvent {
    public static let type = "muster.whistle.checked-in.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var whistle: EventID
    public var department: DepartmentCode
    public var inTime: Bool
    /// The unit where it arrived.
    public var place: UnitCode?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, whistle: EventID, department: DepartmentCode, inTime: Bool,
        place: UnitCode? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.whistle = whistle
        self.department = department
        self.inTime = inTime
        self.place = place
    }
}

public struct WhistleDeclined: CaseEvent {
    public static let type = "muster.whistle.declined.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var whistle: EventID
    public var department: DepartmentCode
    public var reason: String

    public init(
        case: EventID, sequence: Int, unit: UnitCode, whistle: EventID, department: DepartmentCode, reason: String
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.whistle = whistle
        self.department = department
        self.reason = reason
    }
}

/// A department has done its part.
public struct WhistleDone: CaseEvent {
    public static let type = "muster.whistle.done.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var whistle: EventID
    public var department: DepartmentCode
    public var inTime: Bool

    public init(
        case: EventID, sequence: Int, unit: UnitCode, whistle: EventID, department: DepartmentCode, inTime: Bool
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.whistle = whistle
        self.department = department
        self.inTime = inTime
    }
}

/// A department did not come by its deadline.
public struct WhistleMissed: CaseEvent {
    public static let type = "muster.whistle.missed.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var whistle: EventID
    public var department: DepartmentCode
    public var due: Instant

    public init(
        case: EventID, sequence: Int, unit: UnitCode, whistle: EventID, department: DepartmentCode, due: Instant
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.whistle = whistle
        self.department = department
        self.due = due
    }
}

/// The blower says that the matter is settled.
public struct WhistleEnded: CaseEvent {
    public static let type = "muster.whistle.ended.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var whistle: EventID
    public var came: Int
    public var missed: Int
    /// Asked to stay away or were excused.
    public var declined: Int?
    /// Had not come, with time left.
    public var open: Int?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, whistle: EventID, came: Int, missed: Int, declined: Int? = nil,
        open: Int? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.whistle = whistle
        self.came = came
        self.missed = missed
        self.declined = declined
        self.open = open
    }
}
