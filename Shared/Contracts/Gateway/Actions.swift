/// What a person may do about a case, by chat bot or app; over HTTP the same, one route each.
public enum CaseActionKind: String, Choice {
    case accept
    case start
    case refuse
    case handOver = "hand-over"
    case pause
    case resume
    case askExtension = "ask-extension"
    case grantExtension = "grant-extension"
    case refuseExtension = "refuse-extension"
    case resolve
    case verify
    case rate
    case sendBack = "send-back"
    case close
    case reopen
    case reclassify
    case correct
    case withdraw
    case join
    case split
    case supervise
    case answer
    case blowWhistle = "blow-whistle"
    case approveWhistle = "approve-whistle"
    case refuseWhistle = "refuse-whistle"
    case changeWhistle = "change-whistle"
    case sign
    case contact
    case checkIn = "check-in"
    case contribute
    case decline
    case decideDecline = "decide-decline"
    case done
    case withdrawNoShow = "withdraw-no-show"
    case endWhistle = "end-whistle"
    case judgeWhistle = "judge-whistle"
    case assessWhistle = "assess-whistle"
}

/// The blower's marks for a department (一哨一考核): each is yes or no.
public struct WhistleJudgement: Codable, Sendable, Hashable {
    public var onTime: Bool
    public var rightPeople: Bool
    public var solved: Bool
    public var satisfied: Bool

    public init(onTime: Bool, rightPeople: Bool, solved: Bool, satisfied: Bool) {
        self.onTime = onTime
        self.rightPeople = rightPeople
        self.solved = solved
        self.satisfied = satisfied
    }
}

/// What a department thinks of the whistle that called it.
public struct WhistleAssessment: Codable, Sendable, Hashable {
    /// Whether it took several parties at all.
    public var needed: Bool
    /// Whether it was this department's business.
    public var ours: Bool

    public init(needed: Bool, ours: Bool) {
        self.needed = needed
        self.ours = ours
    }
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
    /// To which unit or person the case is handed over; where the matter really is; where a department arrived.
    public var unit: UnitCode?
    public var person: PersonID?
    public var handling: Handling?
    public var reason: String?
    public var evidence: [String]?
    /// 1 (bad) to 5 (good).
    public var rating: Int?
    /// Why it is paused: a code of the policy's list, such as `waiting-for-parts`.
    public var pause: String?
    /// To when it is paused, or the deadline that is asked for.
    public var until: Instant?
    public var means: VerificationMeans?
    public var satisfied: Bool?
    public var grounds: ReopeningGrounds?
    public var category: String?
    public var severity: Severity?
    /// The case that this one is joined to.
    public var into: EventID?
    /// Which step of supervision is answered: the sequence number of its event.
    public var step: Int?
    /// Whether what was asked for is granted.
    public var granted: Bool?
    /// The one department that leads where several come.
    public var lead: DepartmentCode?
    public var judgement: WhistleJudgement?
    public var assessment: WhistleAssessment?

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
}
