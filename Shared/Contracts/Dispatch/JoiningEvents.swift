/// The case is about a matter that is known: it goes on as part of another case.
public struct CaseJoinedTo: CaseEvent {
    public static let type = "muster.case.joined-to.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    /// The case that it is part of from now on.
    public var into: EventID
    public var reason: String

    public init(
        case: EventID, sequence: Int, unit: UnitCode, into: EventID, reason: String
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.into = into
        self.reason = reason
    }
}

/// A joined case is a matter of its own after all.
public struct CaseSplit: CaseEvent {
    public static let type = "muster.case.split.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    public var from: EventID
    public var reason: String
    public var owner: Owner
    public var acceptBy: Instant
    public var resolveBy: Instant
    public var answerBy: Instant?

    public init(
        case: EventID, sequence: Int, unit: UnitCode, from: EventID, reason: String, owner: Owner, acceptBy: Instant,
        resolveBy: Instant, answerBy: Instant? = nil
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.from = from
        self.reason = reason
        self.owner = owner
        self.acceptBy = acceptBy
        self.resolveBy = resolveBy
        self.answerBy = answerBy
    }
}

/// A case that was joined to this one goes its own way again.
public struct CaseParted: CaseEvent {
    public static let type = "muster.case.parted.v1"

    public var `case`: EventID
    public var sequence: Int
    public var unit: UnitCode
    /// The case that was joined.
    public var from: EventID
    public var reason: String
    /// Those who had reported it.
    public var reporters: [PersonID]

    public init(
        case: EventID, sequence: Int, unit: UnitCode, from: EventID, reason: String, reporters: [PersonID]
    ) {
        self.case = `case`
        self.sequence = sequence
        self.unit = unit
        self.from = from
        self.reason = reason
        self.reporters = reporters
    }
}
