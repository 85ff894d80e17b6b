/// What somebody wrote to the bot of a chat group about a case, for dispatch to understand: see docs/chat.md.
///
/// It is an action like any other once it is understood; what became of it is in its receipt.
public struct ChatReceived: EventPayload {
    public static let type = "muster.gateway.chat.v1"
    public static let topic = Topic.actions

    /// The community that the group belongs to: short numbers are of it.
    public var community: UnitCode
    public var text: String
    /// The case that the message answers, where the chat program can tell; a number in the text comes before it.
    public var `case`: EventID?

    public init(community: UnitCode, text: String, case: EventID? = nil) {
        self.community = community
        self.text = text
        self.case = `case`
    }

    public var key: String { `case`?.description ?? community.text }

    public func validate() throws(InvalidField) {
        guard community.level == .community else {
            throw InvalidField("/community", "is no community: write 12 digits")
        }
        guard !text.isEmpty else { throw InvalidField("/text", "is empty: send what was written") }
        try Limit.check(text, "/text", atMost: Limit.text)
    }
}
