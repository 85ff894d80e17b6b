import Contracts
import Testing

@testable import muster_notify

/// Rules are refused with a line that names the rule and says what would be right.
@Suite struct RulesFileTests {
    static let sound = """
        {"id": "r1", "event": "muster.case.opened.v1", "to": [{"who": "owner"}], "channels": ["inbox", "wecom"],
         "urgency": "ordinary", "template": "case-opened", "lifetimeMinutes": 4320}
        """

    func load(_ rules: String, quiet: String = #"{"from": "21:00", "to": "07:00"}"#) throws(FaultyNotices)
        -> NoticeRules
    {
        let file = #"{"quietHours": \#(quiet), "sight": {"names": [], "places": []}, "rules": [\#(rules)]}"#
        return try NoticeRules(json: Array(file.utf8), time: CityTime())
    }

    @Test func `the rules that come with the service are sound, and speak only in texts that are there`() throws {
        let policy = try NoticePolicy.load()
        #expect(Set(policy.rules.rules.map(\.event)) == Set(Occasion.types), "an event that nobody is told of")
    }

    @Test func `a rule is read whole`() throws {
        let rules = try load(
            """
            {"id": "r1", "event": "muster.whistle.blown.v1", "when": {"whistle": ["emergency", "key-work"]},
             "to": [{"who": "summoned", "roles": ["department-head"]}, {"who": "town"}], "exceptActor": true,
             "channels": ["inbox", "sms"], "urgency": "urgent", "afterUnknown": "mark-unknown",
             "template": "summoned", "lifetimeMinutes": 60, "mootedBy": ["muster.whistle.ended.v1"]}
            """)
        #expect(
            rules.rules == [
                NoticeRule(
                    id: "r1", event: WhistleBlown.type, conditions: [.whistle: ["emergency", "key-work"]],
                    audiences: [Audience(.summoned, roles: [.departmentHead]), Audience(.town)], exceptActor: true,
                    channels: [.inbox, .sms], isUrgent: true, afterUnknown: .markUnknown, template: "summoned",
                    lifetime: .hours(1), mootedBy: [WhistleEnded.type])
            ])
        #expect(rules.quietHours == QuietHours(from: 1_260, to: 420, time: CityTime()))
        #expect(rules.mooted(by: WhistleEnded.type) == ["r1"] && rules.mooted(by: CaseClosed.type) == [])
    }

    @Test func `what is uncertain is sent again when it is urgent, and left alone when not`() throws {
        let urgent = Self.sound.replacing("ordinary", with: "urgent").replacing("r1", with: "r2")
        #expect(try load(Self.sound + "," + urgent).rules.map(\.afterUnknown) == [.markUnknown, .sendAgain])
    }

    @Test(arguments: [
        (#""id": "r1""#, #""id": "r 1""#, "rule r 1: its id has the wrong form: \(Identifier.rule)"),
        (#"case.opened.v1"#, "case.opend.v1", "rule r1: event muster.case.opend.v1 is none that people are told of"),
        (
            #""to": "#, #""when": {"rung": ["town"]}, "to": "#,
            "rule r1: when asks about rung, which muster.case.opened.v1 does not have"
        ),
        (
            #""to": "#, #""when": {"nothing": ["x"]}, "to": "#,
            "rule r1: when asks about nothing, which muster.case.opened.v1"
        ),
        (
            #""to": "#, #""when": {"owner": ["x"]}, "to": "#,
            "rule r1: when asks about owner, which is none of a few words"
        ),
        (#""to": "#, #""when": {"severity": []}, "to": "#, "rule r1: when lists no word for severity"),
        (
            #""to": "#, #""when": {"severity": ["hot"]}, "to": "#,
            "rule r1: when asks whether severity is hot: write one of minor, normal, urgent"
        ),
        (#"[{"who": "owner"}]"#, "[]", "rule r1: to is empty"),
        (#""owner""#, #""subject""#, "rule r1: to names subject, whom muster.case.opened.v1 does not have"),
        (#""owner""#, #""supervisor""#, "rule r1: to names supervisor, whom muster.case.opened.v1 does not have"),
        (#""owner""#, #""owner", "roles": ["city"]"#, "rule r1: to picks owner by role"),
        (#""owner""#, #""town", "roles": []"#, "rule r1: to names no role for town"),
        (#"["inbox", "wecom"]"#, "[]", "rule r1: channels is empty"),
        (#"["inbox", "wecom"]"#, #"["inbox", "inbox"]"#, "rule r1: channels names one twice"),
        ("4320", "0", "rule r1: lifetimeMinutes is 0: write 1 to 43200"),
        ("4320", "600", "rule r1: lifetimeMinutes is 600: it must outlast the quiet hours, or be urgent"),
        ("4320", #"4320, "mootedBy": ["muster.credit.entry.v1"]"#, "rule r1: mootedBy names muster.credit.entry.v1"),
        ("4320", #"4320, "wen": {"severity": ["urgent"]}"#, "rules: /rules/0/wen is no member"),
        (
            #""inbox", "#, #""pigeon", "#,
            "rules: /rules/0/channels/0 is an unknown word: write one of inbox, webhook, wecom, sms"
        ),
    ])
    func `a fault names the rule and what would be right`(old: String, new: String, fault: String) {
        let error = #expect(throws: FaultyNotices.self) { try load(Self.sound.replacing(old, with: new)) }
        #expect(error?.faults.contains { $0.hasPrefix(fault) } == true, "\(error?.faults ?? [])")
    }

    @Test func `all faults are told at once`() {
        let rules =
            Self.sound.replacing("4320", with: "0") + "," + Self.sound.replacing("[\"inbox\", \"wecom\"]", with: "[]")
        let error = #expect(throws: FaultyNotices.self) {
            try load(rules, quiet: #"{"from": "9pm", "to": "07:00"}"#)
        }
        #expect(error?.faults.count == 5, "\(error?.faults ?? [])")
    }

    @Test func `no rules, no service`() {
        #expect(throws: FaultyNotices(faults: ["rules: there is none, so nobody would be told of anything"])) {
            try load("")
        }
    }
}
