import Glibc

/// Structured logging in the shape of swift-log: a constant message, and what varies as metadata.
///
///     let log = Logger(service: "dispatch")
///     log.info("batch committed", metadata: [.count: 500, .duration: elapsed])
///
/// A value: a copy with metadata of its own (``with(_:)``) or another level changes no other copy.
public struct Logger: Sendable {
    /// What is below this level costs one comparison: its metadata is not even made.
    public var level: LogLevel
    private var bound: LogMetadata
    private let output: Output

    private final class Output: Sendable {
        let service: String
        let format: LogFormat
        let sink: any LogSink
        let now: @Sendable () -> Timestamp

        init(service: String, format: LogFormat, sink: any LogSink, now: @escaping @Sendable () -> Timestamp) {
            self.service = service
            self.format = format
            self.sink = sink
            self.now = now
        }
    }

    public init(
        service: String, level: LogLevel = .info, format: LogFormat = .json,
        sink: any LogSink = DescriptorSink.standardError
    ) {
        self.init(service: service, level: level, format: format, sink: sink, now: Timestamp.now)
    }

    init(
        service: String, level: LogLevel, format: LogFormat, sink: any LogSink,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.level = level
        bound = [:]
        output = Output(service: service, format: format, sink: sink, now: now)
    }

    /// A logger whose every event bears this metadata too, beside what this one's events bear.
    public func with(_ metadata: LogMetadata) -> Logger {
        var child = self
        child.bound = bound.merging(metadata)
        return child
    }

    /// Bound metadata by its key, as in swift-log.
    public subscript(metadataKey key: LogKey) -> LogValue? {
        get { bound[key] }
        set { bound[key] = newValue }
    }

    public func log(
        level: LogLevel, _ message: StaticString, metadata: @autoclosure () -> LogMetadata = [:]
    ) {
        guard level >= self.level else { return }
        let event = LogEvent(
            time: output.now(), level: level, service: output.service, message: message,
            metadata: bound.merging(metadata()))
        output.sink.write(output.format.line(event))
    }
}

extension Logger {
    public func trace(_ message: StaticString, metadata: @autoclosure () -> LogMetadata = [:]) {
        log(level: .trace, message, metadata: metadata())
    }

    public func debug(_ message: StaticString, metadata: @autoclosure () -> LogMetadata = [:]) {
        log(level: .debug, message, metadata: metadata())
    }

    public func info(_ message: StaticString, metadata: @autoclosure () -> LogMetadata = [:]) {
        log(level: .info, message, metadata: metadata())
    }

    public func notice(_ message: StaticString, metadata: @autoclosure () -> LogMetadata = [:]) {
        log(level: .notice, message, metadata: metadata())
    }

    public func warning(_ message: StaticString, metadata: @autoclosure () -> LogMetadata = [:]) {
        log(level: .warning, message, metadata: metadata())
    }

    public func error(_ message: StaticString, metadata: @autoclosure () -> LogMetadata = [:]) {
        log(level: .error, message, metadata: metadata())
    }

    public func critical(_ message: StaticString, metadata: @autoclosure () -> LogMetadata = [:]) {
        log(level: .critical, message, metadata: metadata())
    }
}

extension LogFormat {
    /// Text in colour where standard error is a terminal, else JSON.
    public static var automatic: LogFormat {
        isatty(STDERR_FILENO) == 1 ? .text(colour: true) : .json
    }
}
