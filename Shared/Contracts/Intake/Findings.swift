/// A visit as intake stored it; its grid is known and its chief was posted there.
public struct VisitRecorded: EventPayload {
    public static let type = "muster.visit.recorded.v1"
    public static let topic = Topic.visits

    public var visit: EventID
    public var grid: UnitCode
    public var unit: UnitCode
    public var outcome: VisitReported.Outcome
    public var minutes: Int

    public init(visit: EventID, grid: UnitCode, unit: UnitCode, outcome: VisitReported.Outcome, minutes: Int) {
        self.visit = visit
        self.grid = grid
        self.unit = unit
        self.outcome = outcome
        self.minutes = minutes
    }

    public var key: String { grid.text }
    public var subject: String { visit.description }
}

/// A finding as intake stored it.
public struct FindingRecorded: EventPayload {
    public static let type = "muster.finding.recorded.v1"
    public static let topic = Topic.findings

    public var finding: EventID
    public var grid: UnitCode
    public var place: Place
    public var category: String
    public var severity: Severity
    public var text: String
    public var evidence: [String]?

    public init(
        finding: EventID, grid: UnitCode, place: Place, category: String, severity: Severity, text: String,
        evidence: [String]? = nil
    ) {
        self.finding = finding
        self.grid = grid
        self.place = place
        self.category = category
        self.severity = severity
        self.text = text
        self.evidence = evidence
    }

    public var key: String { grid.text }
    public var subject: String { finding.description }
}

/// A register fact that differs from what was known.
public struct FactRecorded: EventPayload {
    public static let type = "muster.fact.recorded.v1"
    public static let topic = Topic.registers

    public var grid: UnitCode
    public var visit: EventID
    public var register: Register
    public var about: String
    public var attribute: String
    public var since: Instant

    public init(
        grid: UnitCode, visit: EventID, register: Register, about: String, attribute: String, since: Instant
    ) {
        self.grid = grid
        self.visit = visit
        self.register = register
        self.about = about
        self.attribute = attribute
        self.since = since
    }

    public var key: String { grid.text }
    public var subject: String { about }
}
