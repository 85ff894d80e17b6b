/// One thing that happened, ready to be written.
struct LogEvent {
    var time: Timestamp
    var level: LogLevel
    var service: String
    var message: StaticString
    var metadata: LogMetadata
}
