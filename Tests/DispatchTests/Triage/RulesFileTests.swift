import Contracts
import Testing

@testable import muster_dispatch

/// A small set of rules that is right; each test breaks one thing of it.
private let right = """
    {
      "version": 3, "effective": "2026-07-01",
      "limits": {
        "short": {
          "minor": {"accept": "2 work hours", "resolve": "1 work day", "climb": "1 work day"},
          "normal": {"accept": "1 work hour", "resolve": "4 work hours", "climb": "1 work hour"},
          "urgent": {"accept": "15 minutes", "resolve": "2 hours", "climb": "30 minutes"}}},
      "handling": {"small": "short", "big": "short", "hard": "short"},
      "departments": [{"code": "water", "zh": "水务局", "en": "Water", "names": ["水务"]}],
      "categories": [
        {"code": "a", "zh": "甲", "en": "A", "handling": "small", "owner": "grid", "limits": "short", "below": [
          {"code": "b", "zh": "乙", "en": "B", "below": [
            {"code": "c", "zh": "丙", "en": "C", "words": ["垃圾"]},
            {"code": "d", "zh": "丁", "en": "D", "handling": "hard", "departments": ["water"], "words": ["漏水"]}]}]}],
      "unclassified": "a.b.c",
      "rules": [
        {"number": 10, "reason": "water is urgent", "category": "a.b", "words": ["漏水", "爆管"], "severity": ["urgent"],
         "origin": ["complaint"], "place": "371082007", "handling": "hard", "owner": "community", "limits": "short",
         "departments": ["water"]},
        {"number": 20, "reason": "as the category says"}]
    }
    """

@Suite struct `a file of rules` {
    @Test func `is read with what categories inherit`() throws {
        let rules = try TriageRules(file: bytes(right))
        #expect(rules.version == 3 && rules.effective == day("2026-07-01"))
        #expect(rules.categories.keys.sorted() == ["a", "a.b", "a.b.c", "a.b.d"])
        let leaf = try #require(rules.categories["a.b.d"])
        #expect(leaf.handling == .hard && leaf.owner == .grid && leaf.departments.map(\.code) == ["water"])
        #expect(rules.categories["a.b.c"]?.departments == [])
        #expect(rules.rules.map(\.number) == [10] && rules.standard.number == 20)
    }

    @Test(arguments: [
        ("normal", "finding", "371082007013001", "漏水", 20), ("urgent", "finding", "371082007013001", "漏水", 20),
        ("urgent", "complaint", "371082008001", "漏水", 20), ("urgent", "complaint", "371082007013001", "停水", 20),
        ("urgent", "complaint", "371082007013001", "爆管", 10),
    ])
    func `has a rule decide only where all its conditions hold`(
        severity: String, origin: String, place: String, text: String, number: Int
    ) throws {
        let matter = Matter(
            origin: try #require(.init(rawValue: origin)), category: "a.b.c",
            severity: try #require(.init(rawValue: severity)), text: text, unit: unit(place))
        let explanation = try TriageRules(file: bytes(right)).triage(matter).explanation
        #expect(explanation.hasPrefix("rule \(number) of version 3: "))
    }

    /// What is replaced by what, and the fault that follows.
    @Test(arguments: [
        (#""version": 3"#, #""version": 0"#, "version 0 is none"),
        (#""2026-07-01""#, #""1 July""#, "effective 1 July is no day"),
        (#""version": 3,"#, #""version": 3, "notes": 1,"#, "/notes is no member"),
        (#""severity": ["urgent"]"#, #""sevrity": ["urgent"]"#, "/rules/0/sevrity is no member"),
        (#""1 work day", "climb""#, #""a day", "climb""#, "/limits/short/minor/resolve is no allowance"),
        (
            #""1 work hour", "resolve""#, #""1 work day", "resolve""#,
            "limits short, normal: to accept within 1 work day can take longer than to resolve within 4 work hours"
        ),
        (
            #""1 work hour", "resolve""#, #""1 work hour", "answer": "30 minutes", "resolve""#,
            "limits short, normal: to accept within 1 work hour can take longer than to give a first answer within 30 minutes"
        ),
        (
            #""1 work hour", "resolve""#, #""1 work hour", "answer": "1 work day", "resolve""#,
            "limits short, normal: to give a first answer within 1 work day can take longer than to resolve within 4 work hours"
        ),
        (#""hard": "short""#, #""hard": "long""#, "handling hard names the unknown limits long: write one of short"),
        (#""names": ["水务"]"#, #""names": []"#, "department water has no name"),
        (
            #"[{"code": "water""#, #"[{"code": "water", "zh": "水", "en": "W", "names": ["水"]}, {"code": "water""#,
            "department water is there twice"
        ),
        (#""code": "d""#, #""code": "c""#, "category a.b.c is there twice"),
        (#""code": "d""#, #""code": "d.e""#, "category a.b.d.e has a bad code"),
        (#""zh": "丙""#, #""zh": """#, "category a.b.c lacks a name"),
        (
            #""handling": "small", "#, "",
            "category a has a gap"
        ),
        (
            #""words": ["漏水"]}"#, #""words": ["漏水"], "below": [{"code": "e", "zh": "戊", "en": "E"}]}"#,
            "category a.b.d has a fourth level below it"
        ),
        (
            #"{"code": "a", "zh""#,
            #"{"code": "z", "zh": "Z", "en": "Z", "handling": "small", "owner": "grid", "limits": "short"}, {"code": "a", "zh""#,
            "category z ends at level 1"
        ),
        (#"["垃圾"]"#, #"["垃圾", "漏水"]"#, "word 漏水 speaks for a.b.c and for a.b.d"),
        (#"["垃圾"]"#, #"["垃圾", ""]"#, "category a.b.c has an empty word"),
        (
            #""departments": ["water"], "words""#, #""departments": ["fire"], "words""#,
            "category a.b.d names the unknown department fire"
        ),
        (
            #""limits": "short", "below""#, #""limits": "none", "below""#,
            "category a names the unknown limits none"
        ),
        (#""unclassified": "a.b.c""#, #""unclassified": "x""#, "unclassified names no category"),
        (#""category": "a.b","#, #""category": "a.x","#, "rule 10 names the unknown category a.x"),
        (
            #""limits": "short",\#n     "departments""#, #""limits": "soon", "departments""#,
            "rule 10 names the unknown limits soon"
        ),
        (
            #""limits": "short",\#n     "departments": ["water"]"#, #""departments": ["sea"]"#,
            "rule 10 names the unknown department sea"
        ),
        (#""words": ["漏水", "爆管"]"#, #""words": []"#, "rule 10 has an empty list of words"),
        (#""words": ["漏水", "爆管"]"#, #""words": ["漏水", ""]"#, "rule 10 has an empty word"),
        (#""severity": ["urgent"]"#, #""severity": []"#, "rule 10 has an empty severity"),
        (#""origin": ["complaint"]"#, #""origin": ["letter"]"#, "/rules/0/origin/0 is an unknown word"),
        (#""place": "371082007""#, #""place": "Rongcheng""#, "/rules/0/place has the wrong form"),
        (#""reason": "water is urgent""#, #""reason": """#, "rule 10 gives no reason"),
        (#""number": 20"#, #""number": 10"#, "rule 10 comes after rule 10"),
        (#""number": 20,"#, #""number": 20, "severity": ["minor"],"#, "rule 20 is the last and has conditions"),
    ])
    func `that is wrong in one thing is refused, naming it`(part: String, replacement: String, faults: String) throws {
        let broken = right.replacing(part, with: replacement, maxReplacements: 1)
        try #require(broken != right, "the text to break is there")
        expect(broken, faults.split(separator: "|").map(String.init))
    }

    // MARK: Rules that can never decide

    @Test(arguments: [
        // The same conditions, and narrower ones behind wider ones.
        (
            #"{"number": 1, "reason": "x", "category": "a.b"}"#, #"{"number": 2, "reason": "y", "category": "a.b.c"}"#,
            true
        ),
        (
            #"{"number": 1, "reason": "x", "category": "a.b.c"}"#, #"{"number": 2, "reason": "y", "category": "a.b"}"#,
            false
        ),
        (
            #"{"number": 1, "reason": "x", "severity": ["urgent", "minor"]}"#,
            #"{"number": 2, "reason": "y", "severity": ["minor"]}"#, true
        ),
        (
            #"{"number": 1, "reason": "x", "severity": ["urgent"]}"#,
            #"{"number": 2, "reason": "y", "origin": ["finding"]}"#, false
        ),
        // Words: a text with the longer one has the shorter one in it.
        (
            #"{"number": 1, "reason": "x", "words": ["垃圾"]}"#,
            #"{"number": 2, "reason": "y", "words": ["建筑垃圾", "垃圾桶"]}"#, true
        ),
        (#"{"number": 1, "reason": "x", "words": ["建筑垃圾"]}"#, #"{"number": 2, "reason": "y", "words": ["垃圾"]}"#, false),
        (
            #"{"number": 1, "reason": "x", "words": ["垃圾"]}"#, #"{"number": 2, "reason": "y", "category": "a.b.c"}"#,
            false
        ),
        (
            #"{"number": 1, "reason": "x", "category": "a.b.c"}"#,
            #"{"number": 2, "reason": "y", "category": "a.b.c", "words": ["垃圾"]}"#, true
        ),
        // Places lie in one another.
        (
            #"{"number": 1, "reason": "x", "place": "371082007"}"#,
            #"{"number": 2, "reason": "y", "place": "371082007013"}"#, true
        ),
        (
            #"{"number": 1, "reason": "x", "place": "371082007013"}"#,
            #"{"number": 2, "reason": "y", "place": "371082007"}"#, false
        ),
        (
            #"{"number": 1, "reason": "x", "place": "371082007"}"#,
            #"{"number": 2, "reason": "y", "severity": ["minor"]}"#, false
        ),
    ])
    func `with a rule that others leave nothing is refused`(first: String, second: String, isRefused: Bool) {
        let file = rules(first, second)
        if isRefused {
            expect(file, ["rule 2 can never decide, because what it is for is taken before by rule 1"])
        } else {
            #expect(throws: Never.self) { try TriageRules(file: bytes(file)) }
        }
    }

    @Test func `with a rule that several others take in pieces is refused`() {
        let pieces = [
            #"{"number": 1, "reason": "x", "category": "a.b", "severity": ["urgent", "normal"]}"#,
            #"{"number": 2, "reason": "y", "severity": ["minor"], "origin": ["finding"]}"#,
            #"{"number": 3, "reason": "y", "severity": ["minor"], "origin": ["complaint"]}"#,
        ]
        let last = #"{"number": 4, "reason": "z", "category": "a.b.c"}"#
        expect(
            rules(pieces[0], pieces[1], pieces[2], last),
            ["rule 4 can never decide, because what it is for is taken before by rule 1, 2, 3"])
        #expect(throws: Never.self) { try TriageRules(file: bytes(rules(pieces[0], pieces[1], last))) }
    }

    @Test func `without rules, or whose default others leave nothing, is refused`() {
        expect(rules(default: ""), ["there is no rule: end with a default"])
        expect(
            rules(#"{"number": 1, "reason": "x"}"#),
            ["rule 99 can never decide, because what it is for is taken before by rule 1"])
    }

    private func rules(
        _ rules: String..., default standard: String = #"{"number": 99, "reason": "as the category says"}"#
    ) -> String {
        let head = right.prefix(upTo: right.firstRange(of: #""rules": ["#)!.upperBound)
        return head + (rules + [standard]).filter { !$0.isEmpty }.joined(separator: ",") + "]}"
    }

    private func expect(_ file: String, _ wanted: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        let error = #expect(throws: FaultyData.self, sourceLocation: sourceLocation) {
            try TriageRules(file: bytes(file))
        }
        let faults = error?.faults ?? []
        #expect(faults.count == wanted.count, "\(faults)", sourceLocation: sourceLocation)
        for (fault, beginning) in zip(faults, wanted) {
            #expect(fault.hasPrefix(beginning), sourceLocation: sourceLocation)
        }
    }
}
