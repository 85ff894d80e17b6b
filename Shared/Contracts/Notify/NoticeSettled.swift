/// How a notice ended.
public struct NoticeSettled: EventPayload {
    public enum State: String, Choice {
        case delivered
        /// The channel refused it for good, or trying ended.
        case failed
        /// The channel may or may not have taken it, and sending again could tell people twice.
        case unknown
        /// No longer worth telling.
        case dropped
    }
    public enum Channel: String, Choice { case inbox, webhook, wecom, sms }

    public static let type = "muster.notice.settled.v1"
    public static let topic = Topic.deliveries

    public var notice: EventID
    public var recipient: PersonID
    public var channel: Channel
    public var state: State
    public var attempts: Int
    public var rule: String

    public init(
        notice: EventID, recipient: PersonID, channel: Channel, state: State, attempts: Int, rule: String
    ) {
        self.notice = notice
        self.recipient = recipient
        self.channel = channel
        self.state = state
        self.attempts = attempts
        self.rule = rule
    }

    public var key: String { recipient.text }
    public var subject: String { notice.description }
}
