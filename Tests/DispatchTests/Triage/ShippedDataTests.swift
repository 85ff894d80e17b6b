import Contracts
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

    /// docs/rules.md says where they come from. What is settled within hours has none: the settlement is the answer.
    @Test(
        arguments: [
            ("utility.gas.leak", Severity.urgent, Allowance.minutes(60)),
            ("utility.heating.cold", .normal, .minutes(120)),
            ("care.elder.living-alone", .normal, .workMinutes(240)), ("city-appearance.rubbish.exposed", .normal, nil),
            ("housing.property.service", .normal, .workDays(1)), ("housing.property.service", .minor, .workDays(2)),
        ] as [(String, Severity, Allowance?)])
    func `a first answer has a time where the matter takes long`(
        category: String, severity: Severity, answer: Allowance?
    ) throws {
        let rules = try shippedPolicy.get().triage
        let known = try #require(rules.categories[category])
        #expect(known.limits.of(severity).answer == answer)
    }
}

@Suite struct `a policy file` {
    /// What stands in the shipped file, what takes its place, and the fault.
    @Test(arguments: [
        (#""天气"]"#, #""天气", "等配件"]"#, "pauses: 等配件 means waiting-for-parts and weather"),
        (#""天气"]"#, #""天气", ""]"#, "pauses: weather is said by nothing"),
        (#""zh": "天气原因""#, #""zh": "等居民""#, "pauses: 等居民 means waiting-for-resident and weather"),
        (#""code": "weather""#, #""code": "waiting-for-parts""#, "pauses: waiting-for-parts is there twice"),
    ])
    func `is refused where a pause is not told apart from another`(
        before: String, after: String, fault: String
    ) throws {
        let shipped = try shippedPolicy.get()
        let file = String(decoding: PackageResources.policy_json, as: UTF8.self).replacing(before, with: after)
        let error = #expect(throws: FaultyData.self) {
            try CasePolicy(calendar: shipped.calendar, triage: shipped.triage, file: Array(file.utf8))
        }
        #expect(error?.faults.contains { $0.hasPrefix(fault) } == true, "\(error?.faults ?? [])")
    }
}
