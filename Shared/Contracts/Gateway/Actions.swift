/// What a person may do about a case, by chat bot or app; over HTTP the same, one route each.
public enum CaseActionKind: String, Choice {
    case accept
    case handOver = "hand-over"
    case resolve
    case rate
    case close
    case reclassify
    case withdraw
    case blowWhistle = "blow-whistle"
    case checkIn = "check-in"
    case decline
    case done
    case endWhistle = "end-whistle"
}

/// The three ways of handling (三事三办).
public enum Handling: String, Choice { case small, big, hard }

/// The three kinds of whistle: law enforcement, key work, emergency.
public enum WhistleKind: String, Choice {
    case enforcement
    case keyWork = "key-work"
    case emergency
}

public struct CaseAction: EventPayload {
    public static let type = "muster.gateway.action.v1"
    public static let topic = Topic.actions

    public var `case`: EventID
    public var action: CaseActionKind
    /// The version that the person saw; without it the action applies to the present state where that is legal.
    public var version: Int?
    /// For a department's part in a whistle, and for whom an action is done.
    public var department: DepartmentCode?
    /// Whom to summon.
    public var departments: [DepartmentCode]?
    public var whistle: WhistleKind?
    /// To which unit or person the case is handed over.
    public var unit: UnitCode?
    public var person: PersonID?
    public var handling: Handling?
    public var reason: String?
    public var evidence: [String]?
    /// 1 (bad) to 5 (good).
    public var rating: Int?

    public init(
        case: EventID, action: CaseActionKind, version: Int? = nil, department: DepartmentCode? = nil,
        departments: [DepartmentCode]? = nil, whistle: WhistleKind? = nil, unit: UnitCode? = nil,
        person: PersonID? = nil, handling: Handling? = nil, reason: String? = nil, evidence: [String]? = nil,
        rating: Int? = nil
    ) {
        self.case = `case`
        self.action = action
        self.version = version
        self.department = department
        self.departments = departments
        self.whistle = whistle
        self.unit = unit
        self.person = person
        self.handling = handling
        self.reason = reason
        self.evidence = evidence
        self.rating = rating
    }

    public var key: String { `case`.description }

    public func validate() throws(InvalidField) {
        try Limit.check(reason, "/reason", atMost: Limit.text)
        try Limit.check(evidence: evidence)
        try Limit.check(count: departments?.count ?? 0, "/departments", atMost: 20)
        if let rating, !(1...5).contains(rating) { throw InvalidField("/rating", "is out of range: write 1 to 5") }
        func need(_ isThere: Bool, _ pointer: String, _ what: String) throws(InvalidField) {
            guard isThere else { throw InvalidField(pointer, "is missing: \(action.rawValue) needs \(what)") }
        }
        switch action {
        case .handOver: try need(unit != nil || person != nil, "/unit", "a unit or a person to hand over to")
        case .rate: try need(rating != nil, "/rating", "a rating of 1 to 5")
        case .reclassify:
            try need(handling != nil, "/handling", "small, big or hard")
            try need(reason?.isEmpty == false, "/reason", "a reason")
        case .decline, .withdraw: try need(reason?.isEmpty == false, "/reason", "a reason")
        case .blowWhistle:
            try need(whistle != nil, "/whistle", "its kind")
            try need(departments?.isEmpty == false, "/departments", "at least one department")
        case .checkIn, .done: try need(department != nil, "/department", "the department that came")
        case .accept, .resolve, .close, .endWhistle: break
        }
        if action == .decline { try need(department != nil, "/department", "the department that declines") }
    }
}
