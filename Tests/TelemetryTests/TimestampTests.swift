import FoundationEssentials
import Testing

@testable import Telemetry

@Suite struct TimestampTests {
    func text(_ seconds: Int64, _ nanoseconds: Int64 = 0) -> String {
        var bytes: [UInt8] = []
        Timestamp(seconds: seconds, nanoseconds: nanoseconds).append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
        (951_868_799, "2000-02-29T23:59:59.000Z"), (951_868_800, "2000-03-01T00:00:00.000Z"),
        (1_798_761_599, "2026-12-31T23:59:59.000Z"), (4_107_542_400, "2100-03-01T00:00:00.000Z"),
    ])
    func `days on which calendars go wrong come out right`(seconds: Int64, expected: String) {
        #expect(text(seconds) == expected)
    }

    @Test func `it agrees with Foundation on every day from 1970 to 2110`() {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for day in Int64(0)..<51_134 {
            let seconds = day * 86_400 + day % 86_400
            #expect(text(seconds) == Date(timeIntervalSince1970: Double(seconds)).formatted(style))
        }
    }

    @Test func `milliseconds are cut, not rounded into the next second`() {
        #expect(text(59, 999_999_999) == "1970-01-01T00:00:59.999Z")
        #expect(text(0, 5_000_000) == "1970-01-01T00:00:00.005Z")
    }
}
