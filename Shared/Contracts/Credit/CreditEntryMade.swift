/// An entry of the ledger: what was earned, by which rule, because of which event.
public struct CreditEntryMade: EventPayload {
    public static let type = "muster.credit.entry.v1"
    public static let topic = Topic.entries

    public var entry: EventID
    public var creditSubject: Subject
    public var rule: String
    public var ruleVersion: Int
    /// Hundredths of a point; below zero in a reversing entry.
    public var points: Int
    /// The id of the event that earned it.
    public var cause: String
    public var expires: Instant?
    /// The entry that this one takes back.
    public var reverses: EventID?

    public init(
        entry: EventID, creditSubject: Subject, rule: String, ruleVersion: Int, points: Int, cause: String,
        expires: Instant? = nil, reverses: EventID? = nil
    ) {
        self.entry = entry
        self.creditSubject = creditSubject
        self.rule = rule
        self.ruleVersion = ruleVersion
        self.points = points
        self.cause = cause
        self.expires = expires
        self.reverses = reverses
    }

    public var key: String { creditSubject.id }
    public var subject: String { entry.description }
}
