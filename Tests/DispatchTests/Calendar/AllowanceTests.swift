import Contracts
import Testing

@testable import muster_dispatch

@Suite struct `an allowance` {
    @Test(arguments: [
        ("30 minutes", Allowance.minutes(30)), ("1 minute", .minutes(1)), ("24 hours", .minutes(1_440)),
        ("1 hour", .minutes(60)), ("90 work minutes", .workMinutes(90)), ("4 work hours", .workMinutes(240)),
        ("1 work day", .workDays(1)), ("15 work days", .workDays(15)),
    ])
    func `is written as people say it`(text: String, allowance: Allowance) throws {
        #expect(Allowance(text) == allowance)
        #expect(allowance.description == text)
        let json = try EventJSON.encode([allowance])
        #expect(String(decoding: json, as: UTF8.self) == #"["\#(text)"]"#)
        #expect(try EventJSON.decode([Allowance].self, from: json) == [allowance])
    }

    @Test(arguments: [
        "", "30", "minutes", "0 minutes", "-5 minutes", "+5 minutes", "5 days", "5 work  days", "1.5 hours",
        "5work days",
        "９ hours", "9223372036854775807 hours", "527041 minutes", "251 work days", "1000 work days",
    ])
    func `is refused otherwise`(text: String) {
        #expect(Allowance(text) == nil)
    }

    @Test func `that cannot be read says what to write`() {
        let error = #expect(throws: DecodingError.self) {
            try EventJSON.decode([Allowance].self, from: Array(#"["five days"]"#.utf8))
        }
        #expect(error.map { UnreadableEvent($0).detail.contains("4 work hours") } == true)
    }
}
