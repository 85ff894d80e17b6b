import Testing

@testable import Telemetry

@Suite struct LoggerTests {
    let sink = MemorySink()

    func logger(_ level: LogLevel = .info, _ format: LogFormat = .json) -> Logger {
        Logger(service: "dispatch", level: level, format: format, sink: sink) {
            Timestamp(seconds: 1_793_867_400, nanoseconds: 250_999_999)
        }
    }

    @Test func `an event is one JSON line with its metadata in the order given`() {
        logger().info("batch committed", metadata: [.count: 500, .duration: 0.25, .component: "relay", .error: true])
        #expect(
            sink.lines == [
                #"{"ts":"2026-11-05T08:30:00.250Z","level":"info","msg":"batch committed","service":"dispatch","#
                    + #""count":500,"duration_s":0.25,"component":"relay","error":true}"#
            ])
    }
}
