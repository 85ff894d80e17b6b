import Contracts
import Testing

@testable import muster_dispatch

/// A small set of rules; `conditions` are those of its first rule, and `category` stands in the place of its second category.
func smallRules(
    version: Int = 3, effective: String = "2026-07-01", conditions: String = "", handling: String = "hard",
    second: String = #""handling": "hard", "owner": "community", "limits": "short""#, before: String = ""
) -> [UInt8] {
    Array(
        """
        {
          "version": \(version), "effective": "\(effective)",
          "limits": {
            "short": {
              "minor": {"accept": "2 work hours", "resolve": "1 work day", "climb": "1 work day"},
              "normal": {"accept": "1 work hour", "resolve": "4 work hours", "climb": "1 work hour"},
              "urgent": {"accept": "15 minutes", "resolve": "2 hours", "climb": "30 minutes"}}},
          "handling": {"small": "short", "big": "short", "hard": "short"},
          "departments": [{"code": "water", "zh": "水务局", "en": "Water", "names": ["水务"]}],
          "categories": [
            {"code": "a", "zh": "甲", "en": "A", "below": [
              {"code": "b", "zh": "乙", "en": "B", "below": [
                {"code": "c", "zh": "丙", "en": "C", "handling": "small", "owner": "grid", "limits": "short", "words": ["垃圾"]},
                {"code": "d", "zh": "丁", "en": "D", \(second), "words": ["漏水"]}],
               "handling": "small", "owner": "grid", "limits": "short"}],
             "handling": "small", "owner": "grid", "limits": "short"}],
          "unclassified": "a.b.c",
          "rules": [
            \(before)
            {"number": 10, "reason": "it is so"\(conditions.isEmpty ? "" : ", \(conditions)"), "handling": "\(handling)"},
            {"number": 20, "reason": "as the category says"}]
        }
        """.utf8)
}

@Suite struct `rules by situation` {
    private let calendar = WorkCalendar()

    private func number(_ conditions: String, at time: String, reporters: Set<Role> = [], earlier: [Int] = []) throws
        -> String
    {
        let rules = try TriageRules(file: smallRules(conditions: conditions))
        var matter = Matter(origin: .complaint, category: "a.b.c", severity: .normal, text: "", unit: City.grid)
        matter.situation = Situation(
            at: instant(time), calendar, reporters: reporters,
            earlier: earlier.map { Situation.EarlierCase(category: "a.b.c", daysAgo: $0) })
        return String(rules.triage(matter).explanation.split(separator: " ")[1])
    }

    @Test(arguments: [
        ("22:00", "10"), ("23:59", "10"), ("00:00", "10"), ("05:59", "10"), ("06:00", "20"), ("21:59", "20"),
    ])
    func `hold in the hours that they name, over midnight too`(clock: String, rule: String) throws {
        #expect(try number(#""hours": ["22:00-06:00"]"#, at: "2026-11-24T\(clock):00+08:00") == rule)
    }

    @Test func `hold on work days or on days of rest`() throws {
        #expect(try number(#""days": "rest""#, at: "2026-11-28T12:00:00+08:00") == "10")
        #expect(try number(#""days": "rest""#, at: "2026-11-27T12:00:00+08:00") == "20")
        #expect(try number(#""days": "work""#, at: "2026-11-27T12:00:00+08:00") == "10")
    }

    @Test func `hold for those who report`() throws {
        let now = "2026-11-24T12:00:00+08:00"
        #expect(try number(#""reporter": ["resident"]"#, at: now) == "10")
        #expect(try number(#""reporter": ["resident"]"#, at: now, reporters: [.gridChief]) == "20")
        #expect(try number(#""reporter": ["steward", "grid-chief"]"#, at: now, reporters: [.gridChief]) == "10")
    }

    @Test func `hold for what has come before, on earlier days`() throws {
        let now = "2026-11-24T12:00:00+08:00"
        let conditions = #""repeats": {"times": 2, "days": 30}"#
        #expect(try number(conditions, at: now, earlier: [1, 30]) == "10")
        #expect(try number(conditions, at: now, earlier: [1, 31]) == "20")
        #expect(try number(conditions, at: now, earlier: [5]) == "20")
    }

    @Test func `do not hold where nothing is known of the situation`() throws {
        let rules = try TriageRules(file: smallRules(conditions: #""days": "work""#))
        let matter = Matter(origin: .complaint, category: "a.b.c", severity: .normal, text: "", unit: City.grid)
        #expect(rules.triage(matter).explanation.hasPrefix("rule 20 of version 3"))
    }

    /// The conditions of the first rule, and the fault.
    @Test(arguments: [
        (#""hours": ["25:00-06:00"]"#, "rule 10 has the hours 25:00-06:00: write such as 22:00-06:00"),
        (#""hours": ["6-7"]"#, "rule 10 has the hours 6-7"), (#""hours": ["06:00-06:00"]"#, "rule 10 has the hours"),
        (#""hours": []"#, "rule 10 has an empty list of hours"), (#""reporter": []"#, "rule 10 has an empty reporter"),
        (#""repeats": {"times": 0, "days": 30}"#, "rule 10 looks for repeats out of range"),
        (#""repeats": {"times": 2, "days": 400}"#, "rule 10 looks for repeats out of range"),
        (#""days": "holiday""#, "/rules/0/days"), (#""reporter": ["mayor"]"#, "/rules/0/reporter"),
        (#""category": "a.x""#, "rule 10 names the unknown category a.x"),
        (#""departments": ["fire"]"#, "rule 10 names the unknown department fire"),
    ])
    func `are refused with the rule that is wrong`(conditions: String, fault: String) {
        let read = Result { () throws(FaultyData) in try TriageRules(file: smallRules(conditions: conditions)) }
        guard case .failure(let faulty) = read else {
            Issue.record("they are taken: \(conditions)")
            return
        }
        #expect(faulty.faults.contains { $0.hasPrefix(fault) }, "\(faulty)")
    }

    /// The conditions of a rule before, those of rule 10, and whether there is anything left for it.
    @Test(arguments: [
        (#""days": "work""#, #""days": "work""#, false), (#""days": "work""#, #""days": "rest""#, true),
        (#""days": "work""#, #""severity": ["urgent"]"#, true),
        (#""hours": ["20:00-08:00"]"#, #""hours": ["22:00-06:00"]"#, false),
        (#""hours": ["22:00-06:00"]"#, #""hours": ["20:00-08:00"]"#, true),
        (#""reporter": ["resident", "steward"]"#, #""reporter": ["resident"]"#, false),
        (#""repeats": {"times": 2, "days": 30}"#, #""repeats": {"times": 3, "days": 7}"#, false),
        (#""repeats": {"times": 3, "days": 7}"#, #""repeats": {"times": 2, "days": 30}"#, true),
    ])
    func `are found out where one before leaves nothing to another`(first: String, second: String, isLeft: Bool) {
        let before = #"{"number": 5, "reason": "first", \#(first), "handling": "big"},"#
        let read = Result { () throws(FaultyData) in
            try TriageRules(file: smallRules(conditions: second, before: before))
        }
        switch read {
        case .success: #expect(isLeft)
        case .failure(let faulty):
            #expect(!isLeft && faulty.faults.contains { $0.hasPrefix("rule 10 can never decide") }, "\(faulty)")
        }
    }
}

@Suite struct `categories that are like others` {
    private func rules(_ second: String) -> Result<TriageRules, FaultyData> {
        Result { () throws(FaultyData) in
            try TriageRules(file: smallRules(conditions: #""severity": ["urgent"]"#, second: second))
        }
    }

    @Test func `take from them what they do not say`() throws {
        let like = try rules(#""like": "a.b.c", "owner": "town""#).get()
        let category = try #require(like.categories["a.b.d"])
        #expect(category.handling == .small && category.owner == .town)
    }

    @Test(arguments: [
        (#""like": "a.b.d""#, "category a.b.d is like itself, by way of a.b.d → a.b.d"),
        (#""like": "a.b.x""#, "category a.b.d is like the unknown category a.b.x"),
    ])
    func `are refused when they are like themselves or nothing`(second: String, fault: String) {
        guard case .failure(let faulty) = rules(second) else {
            Issue.record("it is taken: \(second)")
            return
        }
        #expect(faulty.faults.contains { $0.hasPrefix(fault) }, "\(faulty)")
    }

    @Test func `are refused when they go in a circle, once`() {
        let file = String(
            decoding: smallRules(conditions: #""severity": ["urgent"]"#, second: #""like": "a.b.c""#), as: UTF8.self)
        let circle = file.replacing(#""code": "c", "zh""#, with: #""code": "c", "like": "a.b.d", "zh""#)
        let read = Result { () throws(FaultyData) in try TriageRules(file: Array(circle.utf8)) }
        guard case .failure(let faulty) = read else {
            Issue.record("it is taken")
            return
        }
        #expect(
            faulty.faults.count { $0.contains("is like itself, by way of a.b.c → a.b.d → a.b.c") } == 1, "\(faulty)")
    }
}

@Suite struct `versions of the rules` {
    private func made(_ version: Int, _ effective: String) throws -> TriageRules {
        try TriageRules(
            file: smallRules(version: version, effective: effective, conditions: #""severity": ["urgent"]"#))
    }

    @Test func `hold from their day on, in the city's time`() throws {
        let book = try RuleBook([try made(4, "2026-09-01"), try made(3, "2026-07-01")])
        let calendar = WorkCalendar()
        func version(_ time: String) -> Int { book.rules(at: instant(time), calendar).version }
        #expect(version("2026-08-31T23:59:59+08:00") == 3)
        #expect(version("2026-09-01T00:00:00+08:00") == 4)
        #expect(version("2020-01-01T00:00:00+08:00") == 3)
    }

    @Test(arguments: [
        ([(3, "2026-07-01"), (4, "2026-07-01")], "version 4 holds from 2026-07-01, as version 3 does"),
        ([(4, "2026-07-01"), (3, "2026-08-01")], "version 3 holds from 2026-08-01, after version 4"),
        ([(3, "2026-07-01"), (3, "2026-08-01")], "version 3 holds from 2026-08-01, after version 3"),
    ])
    func `are refused where they overlap`(versions: [(Int, String)], fault: String) throws {
        let made = try versions.map { try self.made($0.0, $0.1) }
        let read = Result { () throws(FaultyData) in try RuleBook(made) }
        guard case .failure(let faulty) = read else {
            Issue.record("they are taken")
            return
        }
        #expect(faulty.faults.contains { $0.hasPrefix(fault) }, "\(faulty)")
    }
}
