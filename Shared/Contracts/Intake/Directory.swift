/// What a person is posted to do, and so may do.
public enum Role: String, Choice {
    /// The city centre: supervises, sees all.
    case city
    case town
    /// The community secretary and her staff: hold the whistle.
    case community
    case gridChief = "grid-chief"
    case buildingChief = "building-chief"
    case unitChief = "unit-chief"
    case steward
    case specialist
    case property
    /// A member of a department's staff.
    case department
    /// Its head, who is named when nobody came.
    case departmentHead = "department-head"
    case auditor
    case resident
}

/// A unit of the tree.
public struct UnitListed: EventPayload {
    public static let type = "muster.directory.unit.v1"
    public static let topic = Topic.directory

    public var unit: UnitCode
    public var name: String
    /// Since when it is no more.
    public var retired: Instant?

    public init(unit: UnitCode, name: String, retired: Instant? = nil) {
        self.unit = unit
        self.name = name
        self.retired = retired
    }

    public var key: String { "unit:\(unit.text)" }

    public func validate() throws(InvalidField) {
        guard !name.isEmpty else { throw InvalidField("/name", "is empty: write the unit's name") }
        try Limit.check(name, "/name", atMost: Limit.label)
    }
}

/// Where and as what a person serves, from one instant to another.
public struct Posting: Codable, Sendable, Hashable {
    public var role: Role
    /// Missing for a department's people.
    public var unit: UnitCode?
    public var department: DepartmentCode?
    public var from: Instant
    /// The first instant at which it no longer holds.
    public var to: Instant?

    public init(
        role: Role, unit: UnitCode? = nil, department: DepartmentCode? = nil, from: Instant, to: Instant? = nil
    ) {
        self.role = role
        self.unit = unit
        self.department = department
        self.from = from
        self.to = to
    }

    public func isValid(at instant: Instant) -> Bool { from <= instant && (to.map { instant < $0 } ?? true) }
}

/// A person and all her postings, past ones included.
public struct PersonListed: EventPayload {
    public enum Language: String, Choice { case chinese = "zh", english = "en" }

    public static let type = "muster.directory.person.v1"
    public static let topic = Topic.directory

    public var person: PersonID
    /// As colleagues see it; whoever may not is shown its first character only.
    public var name: String
    public var language: Language
    public var postings: [Posting]

    public init(person: PersonID, name: String, language: Language, postings: [Posting]) {
        self.person = person
        self.name = name
        self.language = language
        self.postings = postings
    }

    public var key: String { "person:\(person.text)" }

    public func validate() throws(InvalidField) {
        try Limit.check(name, "/name", atMost: Limit.label)
        try Limit.check(count: postings.count, "/postings", atMost: 100)
        for (index, posting) in postings.enumerated() where posting.unit == nil && posting.department == nil {
            throw InvalidField("/postings/\(index)/unit", "is missing: name a unit or a department")
        }
    }
}

/// A department, its pairings (双报到) included.
public struct DepartmentListed: EventPayload {
    public static let type = "muster.directory.department.v1"
    public static let topic = Topic.directory

    public var department: DepartmentCode
    public var name: String
    public var communities: [UnitCode]

    public init(department: DepartmentCode, name: String, communities: [UnitCode]) {
        self.department = department
        self.name = name
        self.communities = communities
    }

    public var key: String { "department:\(department.text)" }

    public func validate() throws(InvalidField) {
        try Limit.check(name, "/name", atMost: Limit.label)
        try Limit.check(count: communities.count, "/communities", atMost: 200)
        for (index, unit) in communities.enumerated() where unit.level != .community {
            throw InvalidField("/communities/\(index)", "is no community: write 12 digits")
        }
    }
}

/// A gateway and what it may carry.
public struct GatewayListed: EventPayload {
    public static let type = "muster.directory.gateway.v1"
    public static let topic = Topic.directory

    /// Its `ce_source`.
    public var source: String
    /// The event types that it may send.
    public var types: [String]

    public init(source: String, types: [String]) {
        self.source = source
        self.types = types
    }

    public var key: String { "gateway:\(source)" }
    public func validate() throws(InvalidField) { try Limit.check(count: types.count, "/types") }
}
