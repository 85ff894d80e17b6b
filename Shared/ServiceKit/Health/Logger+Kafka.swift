import Kafka
import Telemetry

extension Logger {
    /// What librdkafka has to say, in the form of our own log: its own lines on the standard error are no JSON.
    func write(_ line: LogLine) {
        log(
            level: line.level <= 4 ? .warning : line.level <= 6 ? .info : .debug, "librdkafka reports",
            metadata: [.reason: line.facility, .error: line.text])
    }
}
