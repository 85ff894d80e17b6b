import FoundationEssentials
import Testing

@testable import Telemetry

@Suite struct LoggerTests {
    let sink = MemorySink()

    func logger(_ level: LogLevel = .info, _ format: LogFormat = .json) -> Logger {
        Logger(service: "dispatch", level: level, format: format, sink: sink) {
            Timestamp(seconds: 1_793_867_400, nanoseconds: 250_999_999)
        }
    }

    /// The line's end, after what every line begins with.
    func metadata() -> [String] {
        let prefix = #"{"ts":"2026-11-05T08:30:00.250Z","level":"info","msg":"m","service":"dispatch","#
        return sink.lines.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count).dropLast()) : $0 }
    }

    @Test func `an event is one JSON line with its metadata in the order given`() {
        logger().info("batch committed", metadata: [.count: 500, .duration: 0.25, .component: "relay", .error: true])
        #expect(
            sink.lines == [
                #"{"ts":"2026-11-05T08:30:00.250Z","level":"info","msg":"batch committed","service":"dispatch","#
                    + #""count":500,"duration_s":0.25,"component":"relay","error":true}"#
            ])
    }

    @Test func `an event without metadata is whole too`() {
        logger().critical("stopping")
        #expect(
            sink.lines == [
                #"{"ts":"2026-11-05T08:30:00.250Z","level":"critical","msg":"stopping","service":"dispatch"}"#
            ])
    }

    @Test func `every level has its method, and lower ones are silent`() {
        for level in LogLevel.allCases {
            let sink = MemorySink()
            let log = Logger(service: "s", level: level, sink: sink)
            log.trace("m")
            log.debug("m")
            log.info("m")
            log.notice("m")
            log.warning("m")
            log.error("m")
            log.critical("m")
            let written = sink.lines.compactMap { $0.split(separator: "\"").dropFirst(7).first.map(String.init) }
            #expect(written == LogLevel.allCases.drop { $0 != level }.map(\.rawValue))
        }
    }

    @Test func `metadata of a silent event is not even made`() {
        func costly() -> String {
            Issue.record("made for nothing")
            return ""
        }
        logger(.info).debug("m", metadata: [.error: costly()])
    }

    @Test func `a child's events bear its metadata too, and the parent's stay as they were`() {
        let parent = logger().with([.component: "relay", .count: 1])
        let child = parent.with([.count: 2])
        child.info("m", metadata: [.error: "x"])
        child.info("m", metadata: [.component: "sweeper"])
        parent.info("m")
        #expect(
            metadata() == [
                #""component":"relay","count":2,"error":"x""#,
                #""component":"sweeper","count":2"#,
                #""component":"relay","count":1"#,
            ])
    }

    @Test func `bound metadata can be set and taken away by its key`() {
        var log = logger()
        log[metadataKey: .component] = .string("relay")
        log[metadataKey: .count] = .int(3)
        log[metadataKey: .component] = nil
        #expect(log[metadataKey: .count] == .int(3))
        log.info("m")
        #expect(metadata() == [#""count":3"#])
    }

    @Test func `values are written as what they are`() {
        enum Outcome: String, LogValueConvertible {
            case known
        }
        let log = logger()
        log.info("m", metadata: [.count: UInt64.max, .error: Outcome.known, .duration: Duration.milliseconds(1500)])
        log.info("m", metadata: [.count: -7, .error: "a b".prefix(1), .duration: Double.infinity])
        #expect(
            metadata() == [
                #""count":"18446744073709551615","error":"known","duration_s":1.5"#,
                #""count":-7,"error":"a","duration_s":"inf""#,
            ])
    }

    @Test(arguments: [
        ("a\"b\\c", #"a\"b\\c"#),
        ("line\nfeed\r\ttab", #"line\nfeed\r\ttab"#),
        ("\u{0}\u{1B}[31m\u{7F}\u{9B}", #"\u0000\u001b[31m\u007f\u009b"#),
        ("\u{7F}", #"\u007f"#),
        ("\u{2028}\u{2029}", #"\u2028\u2029"#),
        ("\r\n", #"\r\n"#),
        ("网格 🏙 é", "网格 🏙 é"),
        ("", ""),
    ])
    func `a stranger's text stays one text on one line`(text: String, escaped: String) throws {
        logger().info("m", metadata: [.error: text])
        #expect(metadata() == [#""error":"\#(escaped)""#])
        struct Line: Decodable {
            var error: String
        }
        let line = try #require(sink.lines.first)
        #expect(try JSONDecoder().decode(Line.self, from: Data(line.utf8)).error == text)
    }

    @Test(arguments: [
        (String(repeating: "a", count: 2048), String(repeating: "a", count: 2048)),
        (String(repeating: "a", count: 2049), String(repeating: "a", count: 2048) + "… (2049 bytes)"),
        // Three bytes each: the last one would be cut in two.
        (String(repeating: "网", count: 683), String(repeating: "网", count: 682) + "… (2049 bytes)"),
    ])
    func `a long value is cut between characters and says so`(text: String, written: String) {
        logger().info("m", metadata: [.error: text])
        #expect(metadata() == [#""error":"\#(written)""#])
    }

    @Test func `for people a line is short, and quotes only what needs it`() {
        logger(.info, .text(colour: false)).warning(
            "send failed", metadata: [.error: "no route", .count: 3, .span: "ab"])
        #expect(sink.lines == [#"08:30:00.250 WARNING  dispatch: send failed  error="no route"  count=3  span_id=ab"#])
    }

    @Test func `colour marks the level and the keys, and nothing a stranger wrote`() {
        logger(.info, .text(colour: true)).error("m", metadata: [.error: "\u{1B}[2J"])
        #expect(
            sink.lines == [
                "08:30:00.250 \u{1B}[31mERROR\u{1B}[0m    dispatch: m  \u{1B}[2merror=\u{1B}[0m\"\\u001b[2J\""
            ])
    }

    @Test(arguments: ["", "Upper", "with-dash", "1st", "_x", "ts", "level", "msg", "service", "é"])
    func `a key that would break a search is refused`(name: String) {
        #expect(!LogKey.isValid(name))
    }
}
