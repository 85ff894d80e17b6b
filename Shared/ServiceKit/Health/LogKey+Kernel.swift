public import Telemetry

extension LogKey {
    public static let topic: LogKey = "topic"
    public static let partition: LogKey = "partition"
    /// How many partitions.
    public static let partitions: LogKey = "partitions"
    /// The id of the event that it is about.
    public static let event: LogKey = "event_id"
    public static let traceparent: LogKey = "traceparent"
    /// What kind of timer.
    public static let timer: LogKey = "timer"
    public static let replica: LogKey = "replica"
    public static let port: LogKey = "port"
    public static let route: LogKey = "route"
    /// The name of a chore of the housekeeping.
    public static let chore: LogKey = "chore"
    /// What kind of trouble it is.
    public static let reason: LogKey = "reason"
    /// What an operator does next.
    public static let remedy: LogKey = "remedy"
}
