import Contracts
import Testing

@testable import muster_credit

struct StandardRuleTests {
    let version: RuleVersion
    let notices: [RuleFinding]

    init() throws {
        let (rules, notices) = try CreditRules.load([.standard])
        self.version = try #require(rules.version(at: Sample.start))
        self.notices = notices
    }

    @Test func `the rules that come with the service reward, and take nothing`() {
        let deeds = version.items(for: .deed)
        #expect(deeds.count >= 60)
        #expect(deeds.allSatisfy { $0.worth.figures.allSatisfy { $0 > .zero } })
        #expect(version.items.values.allSatisfy { !$0.worth.isDeduction && $0.isInForce })
        #expect(notices == [])
    }

    @Test func `nobody is scored for petitions, belief, family planning, complaints or speech`() {
        let banned = [
            "petition", "complain", "hotline", "12345", "belief", "religio", "church", "sect", "birth",
            "family-planning",
            "speech", "rumour", "信访", "上访", "投诉", "热线", "宗教", "信仰", "邪教", "计划生育", "生育", "言论", "谣言",
        ]
        for item in version.items.values.sorted(by: { $0.code < $1.code }) {
            for word in banned {
                #expect(
                    !"\(item.code) \(item.english.lowercased()) \(item.chinese)".contains(word), "\(item.code): \(word)"
                )
            }
        }
    }

    @Test func `whatever is credited by itself has an item`() {
        for trigger in CreditItem.Trigger.allCases { #expect(!version.items(for: trigger).isEmpty, "\(trigger)") }
        #expect(version.items["whistle-missed"]?.worth == .flat(.zero))
    }

    @Test func `every deed needs evidence, and every item can be earned by somebody`() {
        #expect(version.items(for: .deed).allSatisfy { !$0.evidence.isEmpty })
        let kinds = Set(version.items.values.flatMap(\.subjects))
        #expect(kinds == Set(SubjectKind.allCases))
    }

    /// Domain-facts 1.1: the two live scales share the base of 1,000 and differ in where grades begin.
    @Test(arguments: [
        ("county", 50, "AAA"), ("county", 49, "AA"), ("county", 30, "AA"), ("county", 29, "A"), ("county", -40, "A"),
        ("county", -41, "B"), ("county", -150, "B"), ("county", -151, "C"), ("county", -400, "C"),
        ("county", -401, "D"),
        ("haibei", 150, "AAA"), ("haibei", 149, "AA"), ("haibei", 50, "AA"), ("haibei", 49, "A"), ("haibei", 0, "A"),
        ("haibei", -1, "B"), ("haibei", -50, "B"), ("haibei", -51, "C"), ("haibei", -199, "C"), ("haibei", -200, "D"),
    ])
    func `a balance reads as the grade of its scale`(scale: String, balance: Int, grade: String) throws {
        let scale = try #require(version.scale(scale))
        #expect(Score(Points(balance), on: scale)?.grade.code == grade)
    }

    @Test func `a score counts by the whole points that it has reached`() throws {
        let scale = try #require(version.scale("county"))
        #expect(Score(Points(hundredths: 4_999), on: scale)?.grade.code == "AA")
        #expect(Score(Points(hundredths: -4_001), on: scale)?.grade.code == "B")
        #expect(version.scale(nil)?.code == "county")
        #expect(version.scale("unheard-of") == nil)
    }
}

struct RuleLoadingTests {
    /// A file of one version with one item, which a test spoils.
    private func file(
        version: Int = 1, from: String = "2026-01-01", item: String = #""points": {"flat": 100}"#,
        code: String = "deed", rest: String = "", scales: Bool = true
    ) -> CreditRules.Source {
        let grades =
            #"[{"code": "A", "english": "Good", "chinese": "好", "from": 1000}, {"code": "B", "english": "-", "chinese": "-"}]"#
        let scale =
            #""scales": [{"code": "one", "english": "One", "chinese": "一", "source": "test", "base": 100000, "grades": \#(grades)}],"#
        let text = """
            {"versions": [{"version": \(version), "effectiveFrom": "\(from)", \(scales ? scale : "") \(rest)
            "items": [{"code": "\(code)", "english": "A deed", "chinese": "好事", "subjects": ["resident"], \(item),
            "validYears": 1, "source": "test"}]}]}
            """
        return CreditRules.Source(name: "test.json", json: Array(text.utf8))
    }

    private func mistakes(_ sources: CreditRules.Source...) -> [String] {
        do {
            _ = try CreditRules.load(sources)
            return []
        } catch {
            return error.findings.map(\.description)
        }
    }

    @Test func `a sound file has no mistakes`() { #expect(mistakes(file()) == []) }

    @Test(arguments: [
        (#""points": {"flat": 100, "perUnit": 5}"#, "points must be written in one way: flat, perUnit, steps or curve"),
        (#""points": {}"#, "points must be written in one way: flat, perUnit, steps or curve"),
        (#""points": {"flat": 20000}"#, "points is above 100.00 at a time: write at most 10000 hundredths"),
        (#""points": {"flat": "1"}"#, "points.flat has the wrong type: a whole number is wanted"),
        (#""points": {"steps": []}"#, "points.steps is empty: write at least one step"),
        (
            #""points": {"steps": [{"from": 5, "points": 1}, {"from": 5, "points": 2}]}"#,
            "points.steps must begin above zero and ascend in from"
        ),
        (
            #""points": {"steps": [{"from": 1, "points": 1}, {"from": 5, "points": -2}]}, "legalBasis": "a law""#,
            "points both gives and takes: make two items of it"
        ),
        (
            #""points": {"curve": {"over": "year", "tiers": [{"upTo": 10, "each": 0, "points": 1}]}}"#,
            "points.curve.tiers: each must be above zero"
        ),
        (
            #""points": {"curve": {"over": "year", "tiers": [{"upTo": 10, "each": 99991, "points": 1}, {"upTo": 20, "each": 2, "points": 1}]}}"#,
            "points.curve.tiers: the least common multiple of each is above 100000"
        ),
        (
            #""points": {"curve": {"over": "year", "grian": 100, "tiers": []}}"#,
            "points.curve.grian is no field of the rules: write one of grain, over, tiers"
        ),
        (
            #""points": {"flat": 1}, "caps": [{"period": "week", "points": 1}]"#,
            "caps.0.period is an unknown word: write one of day, month, year"
        ),
        (
            #""points": {"flat": 1}, "caps": [{"period": "year", "points": 1}, {"period": "month", "points": 2}]"#,
            "caps of a longer period is below one of a shorter: the shorter would never be reached"
        ),
        (
            #""points": {"flat": 1}, "caps": [{"period": "year", "points": 1}, {"period": "year", "points": 2}]"#,
            "caps names a period twice: keep one of them"
        ),
        (#""points": {"flat": 1}, "caps": [{"period": "year", "points": 0}]"#, "caps must be above zero"),
        (
            #""points": {"flat": 1}, "cap": 5"#,
            "cap is no field of the rules: write one of caps, chinese, code, enabled, english, evidence, legalBasis, "
                + "measure, minimum, points, source, subjects, trigger, validYears"
        ),
        (
            #""points": {"flat": 1}, "trigger": "hours""#,
            "measure must be hours, since trigger is hours"
        ),
        (#""points": {"flat": 1}, "minimum": 0"#, "minimum must be above zero: leave it out for 1"),
        (#""points": {"flat": 1}, "legalBasis": """#, "legalBasis is empty: name the law and article, or leave it out"),
    ])
    func `a mistake names the file, the version, the item and the rule`(item: String, detail: String) {
        #expect(mistakes(file(item: item)) == ["test.json: version 1, item deed: \(detail)"])
    }

    @Test func `all mistakes come at once`() {
        let found = mistakes(
            file(
                version: 2, item: #""points": {"flat": 1}, "minimum": 0"#, code: "bad code",
                rest: #""withdrawn": ["x"],"#))
        #expect(
            found == [
                "test.json: version 2: version must be 1: versions count up by one",
                "test.json: version 2, item x: withdrawn names an item that is not there: check the code",
                "test.json: version 2, item bad code: code has the wrong form: \(Identifier.rule)",
                "test.json: version 2, item bad code: minimum must be above zero: leave it out for 1",
            ])
    }

    @Test func `people cannot be exempt from consent`() {
        #expect(
            mistakes(file(rest: #""consentFree": ["resident"],"#))
                == ["test.json: version 1: consentFree names people: no person is scored without consent"])
    }

    @Test func `a deduction without a law is off, and the load says so`() throws {
        let (rules, notices) = try CreditRules.load([file(item: #""points": {"flat": -500}"#)])
        #expect(rules.version(1)?.items["deed"]?.isInForce == false)
        #expect(
            notices.map(\.description) == [
                "test.json: version 1, item deed: takes points and names no law, and so is off: "
                    + "enter legalBasis to switch it on"
            ])
    }

    @Test func `a deduction with a law holds`() throws {
        let (rules, notices) = try CreditRules.load([
            file(item: #""points": {"flat": -500}, "legalBasis": "Regulation on X, article 8""#)
        ])
        #expect(rules.version(1)?.items["deed"]?.isInForce == true)
        #expect(notices == [])
    }

    @Test func `a later file changes, adds and withdraws, and the versions before stay as they were`() throws {
        let (rules, _) = try CreditRules.load([
            file(),
            file(
                version: 2, from: "2027-01-01", item: #""points": {"flat": 300}"#, code: "other",
                rest: #""withdrawn": ["deed"],"#, scales: false),
        ])
        let before = try #require(rules.version(at: Sample.at("2026-12-31T23:59:59.999+08:00")))
        let after = try #require(rules.version(at: Sample.at("2027-01-01T00:00:00+08:00")))
        #expect(before.number == 1)
        #expect(before.items.keys.sorted() == ["deed"])
        #expect(after.number == 2)
        #expect(after.items.keys.sorted() == ["other"])
        #expect(after.scales == before.scales)
        #expect(rules.version(at: Sample.at("2025-12-31T23:59:59.999+08:00")) == nil)
    }

    @Test func `versions must follow each other in time, and a code keeps its meaning`() {
        let later = file(
            version: 2, from: "2026-01-01", item: #""points": {"flat": 100}, "measure": "yuan""#, scales: false)
        #expect(
            mistakes(file(), later) == [
                "test.json: version 2: effectiveFrom must be later than version 1's",
                "test.json: version 2, item deed: measure and trigger must stay as they were: use a new code",
            ])
    }

    @Test func `what is no JSON is refused as such`() {
        #expect(mistakes(CreditRules.Source(name: "x.json", json: Array("{".utf8))) == ["x.json: the file is no JSON"])
        #expect(mistakes() == ["rules: versions is empty: write at least one"])
    }

    @Test func `what is written out reads back as the same`() throws {
        let rules = try Sample.standardRules()
        let items = try #require(rules.versions.first).items.values.sorted { $0.code < $1.code }
        let again = try EventJSON.decode([CreditItem].self, from: try EventJSON.encode(items))
        #expect(again == items)
    }
}
