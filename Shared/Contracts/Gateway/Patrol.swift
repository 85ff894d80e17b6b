/// The five registers (人房地事物).
public enum Register: String, Choice { case people, homes, places, events, things }

/// A register fact as a visit learnt it.
public struct RegisterFact: Codable, Sendable, Hashable {
    public var register: Register
    /// Which person, home, place, event or thing: an id of the sender's.
    public var subject: String
    /// `resident`, `phone`, `needs-visit`, …
    public var attribute: String
    public var value: String
    /// Since when it is so; the time of the visit where it is missing.
    public var since: Instant?

    public init(register: Register, subject: String, attribute: String, value: String, since: Instant? = nil) {
        self.register = register
        self.subject = subject
        self.attribute = attribute
        self.value = value
        self.since = since
    }

    func validate(_ pointer: String) throws(InvalidField) {
        try Limit.check(code: subject, pointer + "/subject")
        try Limit.check(code: attribute, pointer + "/attribute")
        try Limit.check(value, pointer + "/value", atMost: Limit.label)
    }
}

/// Where something is: a unit of the tree, and in words what lies below it.
public struct Place: Codable, Sendable, Hashable {
    /// The grid, or a building or stairwell of it.
    public var unit: UnitCode
    public var label: String?

    public init(unit: UnitCode, label: String? = nil) {
        self.unit = unit
        self.label = label
    }

    func validate(_ pointer: String) throws(InvalidField) {
        try Limit.check(label, pointer + "/label", atMost: Limit.label)
    }
}

/// One door or one place that a grid chief went to (敲门问需).
public struct VisitReported: EventPayload {
    public enum Outcome: String, Choice { case met, nobody, refused }

    public static let type = "muster.gateway.visit.v1"
    public static let topic = Topic.patrol

    public var grid: UnitCode
    public var place: Place
    public var outcome: Outcome
    /// Whole minutes that the visit took, 0 to 240: what the chief's four hours are added up from.
    public var minutes: Int
    public var facts: [RegisterFact]?
    public var note: String?

    public init(
        grid: UnitCode, place: Place, outcome: Outcome, minutes: Int, facts: [RegisterFact]? = nil, note: String? = nil
    ) {
        self.grid = grid
        self.place = place
        self.outcome = outcome
        self.minutes = minutes
        self.facts = facts
        self.note = note
    }

    public var key: String { grid.text }

    public func validate() throws(InvalidField) {
        try Limit.check(grid, isGridAt: "/grid")
        try Limit.check(place, isIn: grid, at: "/place")
        guard (0...240).contains(minutes) else { throw InvalidField("/minutes", "is out of range: write 0 to 240") }
        try Limit.check(note, "/note", atMost: Limit.text)
        let facts = facts ?? []
        try Limit.check(count: facts.count, "/facts")
        for (index, fact) in facts.enumerated() { try fact.validate("/facts/\(index)") }
    }
}

/// How much harm waits if nobody comes.
public enum Severity: String, Choice { case minor, normal, urgent }

/// Something that needs doing, seen on patrol.
public struct FindingReported: EventPayload {
    public static let type = "muster.gateway.finding.v1"
    public static let topic = Topic.patrol

    public var grid: UnitCode
    public var place: Place
    /// A category of dispatch's rules, such as `city-appearance.rubbish.exposed`.
    public var category: String
    public var severity: Severity
    public var text: String
    /// The sender's id of the visit that it was seen on.
    public var visit: String?
    /// References to pictures, as the gateway stores them.
    public var evidence: [String]?

    public init(
        grid: UnitCode, place: Place, category: String, severity: Severity, text: String, visit: String? = nil,
        evidence: [String]? = nil
    ) {
        self.grid = grid
        self.place = place
        self.category = category
        self.severity = severity
        self.text = text
        self.visit = visit
        self.evidence = evidence
    }

    public var key: String { grid.text }

    public func validate() throws(InvalidField) {
        try Limit.check(grid, isGridAt: "/grid")
        try Limit.check(place, isIn: grid, at: "/place")
        try Limit.check(code: category, "/category")
        guard !text.isEmpty else { throw InvalidField("/text", "is empty: say what was found") }
        try Limit.check(text, "/text", atMost: Limit.text)
        if let visit { try Limit.check(code: visit, "/visit") }
        try Limit.check(evidence: evidence)
    }
}

extension Limit {
    static func check(_ grid: UnitCode, isGridAt pointer: String) throws(InvalidField) {
        guard grid.level == .grid else { throw InvalidField(pointer, "is no grid: write the 15 digits of a grid") }
    }

    static func check(_ place: Place, isIn grid: UnitCode, at pointer: String) throws(InvalidField) {
        guard grid.contains(place.unit) else {
            throw InvalidField(pointer + "/unit", "lies outside the grid: write the grid or a unit below it")
        }
        try place.validate(pointer)
    }

    static func check(evidence: [String]?) throws(InvalidField) {
        let evidence = evidence ?? []
        try check(count: evidence.count, "/evidence")
        for (index, reference) in evidence.enumerated() {
            try check(reference, "/evidence/\(index)", atMost: label)
        }
    }
}
