/// A line that librdkafka would write to its log.
public struct LogLine: Sendable, Hashable {
    /// As syslog counts: 3 is an error, 4 a warning, 6 information, 7 debugging.
    public let level: Int
    /// librdkafka's short name for the kind of line, such as `SESSTMOUT`.
    public let facility: String
    public let text: String
}
