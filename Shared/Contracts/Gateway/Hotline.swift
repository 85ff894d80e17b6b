/// A resident's complaint as the hotline (12345) took it.
public struct ComplaintReceived: EventPayload {
    public enum Channel: String, Choice { case phone, chat, app }

    public static let type = "muster.gateway.complaint.v1"
    public static let topic = Topic.hotline

    /// The hotline's own number for it.
    public var complaint: String
    public var channel: Channel
    /// The community or a unit below it, as far as the caller could say.
    public var place: Place
    /// Missing where the hotline could not tell: dispatch's rules then decide by the words.
    public var category: String?
    public var severity: Severity
    public var text: String
    /// The hotline's id of the caller; never a phone number.
    public var caller: String?

    public init(
        complaint: String, channel: Channel, place: Place, category: String? = nil, severity: Severity, text: String,
        caller: String? = nil
    ) {
        self.complaint = complaint
        self.channel = channel
        self.place = place
        self.category = category
        self.severity = severity
        self.text = text
        self.caller = caller
    }

    public var key: String { complaint }

    public func validate() throws(InvalidField) {
        try Limit.check(code: complaint, "/complaint")
        guard place.unit.level >= .community else {
            throw InvalidField("/place/unit", "is too wide: write a community or a unit below it")
        }
        try place.validate("/place")
        if let category { try Limit.check(code: category, "/category") }
        guard !text.isEmpty else { throw InvalidField("/text", "is empty: say what the caller wants") }
        try Limit.check(text, "/text", atMost: Limit.text)
        if let caller { try Limit.check(code: caller, "/caller") }
    }
}
