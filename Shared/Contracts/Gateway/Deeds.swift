/// The ten kinds of subject that the city's measure names for its urban communities.
public enum SubjectKind: String, Choice {
    case resident
    case partyMember = "party-member"
    case buildingChief = "building-chief"
    case communityWorker = "community-worker"
    case newEmployment = "new-employment"
    case ownersCommittee = "owners-committee"
    case partyBranch = "party-branch"
    case residentUnit = "resident-unit"
    case merchant
    case socialOrganisation = "social-organisation"
    /// Not among the ten: departments get a monthly sheet.
    case department
}

/// Whom credit is kept for.
public struct Subject: Codable, Sendable, Hashable {
    public var kind: SubjectKind
    public var id: String

    public init(kind: SubjectKind, id: String) {
        self.kind = kind
        self.id = id
    }

    func validate() throws(InvalidField) { try Limit.check(code: id, "/subject/id") }
}

/// A good deed, reported with its evidence.
public struct DeedReported: EventPayload {
    public static let type = "muster.gateway.deed.v1"
    public static let topic = Topic.deeds

    public var subject: Subject
    /// An item of the credit rules, such as `snow-cleared`.
    public var item: String
    /// Where it was done.
    public var unit: UnitCode
    /// What the item is counted in (yuan given, people helped); 1 where it is missing.
    public var quantity: Int?
    public var evidence: [String]?

    public init(subject: Subject, item: String, unit: UnitCode, quantity: Int? = nil, evidence: [String]? = nil) {
        self.subject = subject
        self.item = item
        self.unit = unit
        self.quantity = quantity
        self.evidence = evidence
    }

    public var key: String { subject.id }

    public func validate() throws(InvalidField) {
        try subject.validate()
        try Limit.check(code: item, "/item")
        if let quantity, !(1...1_000_000).contains(quantity) {
            throw InvalidField("/quantity", "is out of range: write 1 to 1000000")
        }
        try Limit.check(evidence: evidence)
    }
}

/// Volunteer hours served.
public struct HoursReported: EventPayload {
    public static let type = "muster.gateway.hours.v1"
    public static let topic = Topic.deeds

    public var subject: Subject
    /// Hundredths of an hour, 1 to 2400.
    public var hours: Int
    public var activity: String
    public var unit: UnitCode

    public init(subject: Subject, hours: Int, activity: String, unit: UnitCode) {
        self.subject = subject
        self.hours = hours
        self.activity = activity
        self.unit = unit
    }

    public var key: String { subject.id }

    public func validate() throws(InvalidField) {
        try subject.validate()
        guard (1...2_400).contains(hours) else {
            throw InvalidField("/hours", "is out of range: write 1 to 2400 hundredths of an hour")
        }
        try Limit.check(code: activity, "/activity")
    }
}

/// A person's consent to a score, given or taken back. Without it records are kept, but no score.
public struct ConsentChanged: EventPayload {
    public static let type = "muster.gateway.consent.v1"
    public static let topic = Topic.deeds

    public var subject: Subject
    public var given: Bool

    public init(subject: Subject, given: Bool) {
        self.subject = subject
        self.given = given
    }

    public var key: String { subject.id }
    public func validate() throws(InvalidField) { try subject.validate() }
}
