/// An event of a case's life. All of them, its whistles' included, are on one topic under the case's key, so that one
/// order holds.
public protocol CaseEvent: EventPayload {
    var `case`: EventID { get }
    /// 1 for the opening, then one more for each event: a reader ignores what it has passed and parks what comes after
    /// a gap.
    var sequence: Int { get set }
    /// Where the matter is.
    var unit: UnitCode { get }
}

extension CaseEvent {
    public static var topic: Topic { .cases }
    public var key: String { `case`.description }
}

/// The steps at which responsibility for a case can lie, from the ground up.
public enum Rung: String, Choice, Comparable {
    case grid, community, town, city

    public static func < (left: Rung, right: Rung) -> Bool { left.number < right.number }

    public var next: Rung? { self == .city ? nil : Rung.allCases[number + 1] }

    public var level: UnitCode.Level {
        switch self {
        case .grid: .grid
        case .community: .community
        case .town: .town
        case .city: .city
        }
    }

    private var number: Int { Rung.allCases.firstIndex(of: self) ?? 0 }
}

/// Who a case waits for: a unit, and where it is one person's, that person.
public struct Owner: Codable, Sendable, Hashable {
    public var unit: UnitCode
    public var person: PersonID?

    public init(unit: UnitCode, person: PersonID? = nil) {
        self.unit = unit
        self.person = person
    }
}

public struct CaseOpened: CaseEvent {
    public enum Origin: String, Choice { case finding, complaint }

    public static let type = "muster.case.opened.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    /// Per community and year, for people only.
    public var number: Int
    public var origin: Origin
    public var category: String
    public var severity: Severity
    public var handling: Handling
    /// `rule 12 of version 3: …`
    public var rule: String
    public var owner: Owner
    public var acceptBy: Instant
    public var resolveBy: Instant
    /// By when whoever reported has a first answer, where the rules ask for one.
    public var answerBy: Instant?
    /// Who reported it, where it is known.
    public var reporter: PersonID?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, number: Int, origin: Origin, category: String,
        severity: Severity, handling: Handling, rule: String, owner: Owner, acceptBy: Instant, resolveBy: Instant,
        answerBy: Instant? = nil, reporter: PersonID? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.number = number
        self.origin = origin
        self.category = category
        self.severity = severity
        self.handling = handling
        self.rule = rule
        self.owner = owner
        self.acceptBy = acceptBy
        self.resolveBy = resolveBy
        self.answerBy = answerBy
        self.reporter = reporter
    }
}

/// Another input about the same matter was joined to the case.
public struct CaseJoined: CaseEvent {
    public static let type = "muster.case.joined.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var origin: CaseOpened.Origin
    /// The id of the event that was joined.
    public var input: String
    public var reason: String
    /// The case that the input had opened, which is part of this one from now on.
    public var from: EventID?
    /// Who had reported it.
    public var reporters: [PersonID]?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, origin: CaseOpened.Origin, input: String, reason: String,
        from: EventID? = nil, reporters: [PersonID]? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.origin = origin
        self.input = input
        self.reason = reason
        self.from = from
        self.reporters = reporters
    }
}

public struct CaseAccepted: CaseEvent {
    public static let type = "muster.case.accepted.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var owner: Owner
    public var inTime: Bool

    public init(case: EventID, sequence: Int, unit: UnitCode, owner: Owner, inTime: Bool) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.owner = owner
        self.inTime = inTime
    }
}

public struct CaseHandedOver: CaseEvent {
    public static let type = "muster.case.handed-over.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var from: Owner
    public var to: Owner
    /// How often it has been handed over, this time included.
    public var count: Int
    public var reason: String?
    public var acceptBy: Instant

    public init(
        case: EventID, sequence: Int, unit: UnitCode, from: Owner, to: Owner, count: Int, reason: String?,
        acceptBy: Instant
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.from = from
        self.to = to
        self.count = count
        self.reason = reason
        self.acceptBy = acceptBy
    }
}

public struct CaseReclassified: CaseEvent {
    public static let type = "muster.case.reclassified.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var from: Handling
    public var to: Handling
    public var reason: String
    public var resolveBy: Instant
    /// The rule that it counts against, as in the opening.
    public var rule: String?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, from: Handling, to: Handling, reason: String, resolveBy: Instant,
        rule: String? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.from = from
        self.to = to
        self.reason = reason
        self.resolveBy = resolveBy
        self.rule = rule
    }
}

public struct CaseResolved: CaseEvent {
    public static let type = "muster.case.resolved.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var by: Owner
    public var inTime: Bool
    public var evidence: [String]?

    public init(case: EventID, sequence: Int, unit: UnitCode, by: Owner, inTime: Bool, evidence: [String]? = nil) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.by = by
        self.inTime = inTime
        self.evidence = evidence
    }
}

public struct CaseRated: CaseEvent {
    public static let type = "muster.case.rated.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    /// 1 (bad) to 5 (good).
    public var rating: Int
    /// Who settled the matter that is rated.
    public var settledBy: Owner

    public init(case: EventID, sequence: Int, unit: UnitCode, rating: Int, settledBy: Owner) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.rating = rating
        self.settledBy = settledBy
    }
}

public struct CaseClosed: CaseEvent {
    public enum Outcome: String, Choice { case settled, withdrawn }

    public static let type = "muster.case.closed.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var outcome: Outcome
    public var reason: String?

    public init(case: EventID, sequence: Int, unit: UnitCode, outcome: Outcome, reason: String? = nil) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.outcome = outcome
        self.reason = reason
    }
}

/// The next rung is told, for a deadline that was missed or another cause of supervision; each rung once.
public struct CaseClimbed: CaseEvent {
    public enum Reason: String, Choice {
        case notAccepted = "not-accepted"
        case overdue
        case noShow = "no-show"
        /// Whoever reported it was not content, twice.
        case dissatisfied
        case reopened
        /// Handed over three times without anybody having accepted it.
        case handedOver = "handed-over"
    }

    public static let type = "muster.case.climbed.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var reason: Reason
    public var from: Rung
    public var to: Rung
    /// The unit at the new rung.
    public var supervisor: UnitCode
    /// Whose no-show it is, where it is one.
    public var department: DepartmentCode?
    /// The head of that department.
    public var head: PersonID?
    /// The deadline that was missed; without one, when it happened.
    public var due: Instant

    public init(
        case: EventID, sequence: Int, unit: UnitCode, reason: Reason, from: Rung, to: Rung, supervisor: UnitCode,
        department: DepartmentCode? = nil, head: PersonID? = nil, due: Instant
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.reason = reason
        self.from = from
        self.to = to
        self.supervisor = supervisor
        self.department = department
        self.head = head
        self.due = due
    }
}
