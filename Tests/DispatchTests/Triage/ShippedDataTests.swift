import Testing

@testable import muster_dispatch

@Suite struct `shipped data` {
    @Test func `the calendar and the rules pass their own checks`() throws {
        let policy = try CasePolicy.shipped()
        #expect(policy.calendar.years.keys.sorted() == [2025, 2026])
        #expect(policy.triage.version == 1)
    }

    @Test func `there are at least sixty categories of the third level`() throws {
        let rules = try TriageRules.shipped()
        #expect(rules.categories.keys.count { $0.split(separator: ".").count == 3 } >= 60)
    }
}
