import Contracts
import Testing

@testable import muster_notify

@Suite struct RenderingTests {
    let rendering: Rendering

    init() throws { rendering = Rendering(policy: try NoticePolicy.load(), directory: SmallCity.directory) }

    func message(
        _ template: String, _ occasion: Occasion, _ role: Role = .gridChief, on channel: Channel = .inbox,
        _ language: PersonListed.Language = .chinese, department: DepartmentCode? = nil
    ) -> Message {
        let recipient = Recipient(person: person("x"), language: language, role: role, department: department)
        return rendering.message(template, of: occasion, to: recipient, on: channel)
    }

    @Test func `a new case in both languages, by the city's clock`() {
        #expect(
            message("case-opened", CaseLife().occasion)
                == Message(
                    title: "新事项待受理：井盖缺失",
                    body: """
                        南山社区第2026-137号事项（一般，小事即时办）等您受理。
                        地点：南山社区 第一网格 5号楼 2单元
                        请于11月24日 12:00前受理，11月25日 17:00前办结。
                        """))
        #expect(
            message("case-opened", CaseLife().occasion, .gridChief, on: .inbox, .english)
                == Message(
                    title: "New case: Missing manhole cover",
                    body: """
                        Case 2026-137 in 南山社区 (normal, small matter) waits for you.
                        Place: 南山社区 第一网格 5号楼 2单元
                        Please accept it by 24 Nov 12:00 and settle it by 25 Nov 17:00.
                        """))
    }

    @Test func `a summons gives each department its own deadlines`() {
        var life = CaseLife()
        #expect(
            message("summoned", life.whistle(), .department, department: SmallCity.fire)
                == Message(
                    title: "攻坚哨：请消防大队报到",
                    body: """
                        南山社区就第2026-137号事项（井盖缺失，一般）吹响攻坚哨。
                        地点：南山社区 第一网格 5号楼 2单元
                        请于11月24日 14:00前报到，11月26日 10:00前办结。
                        召集部门：水利局、消防大队
                        """))
    }

    @Test func `a place is cut to the grid, and a name to its first character, where others may read`() {
        let opened = CaseLife().occasion
        for (role, channel) in [(Role.resident, Channel.inbox), (.gridChief, .wecom), (.gridChief, .sms)] {
            let text = message("complaint-in-grid", opened, role, on: channel).body
            #expect(text.contains("由高**负责") && text.contains("地点：南山社区 第一网格\n"), "\(role) \(channel)")
        }
        let full = message("complaint-in-grid", opened, .community, on: .webhook).body
        #expect(full.contains("由高网格负责") && full.contains("5号楼 2单元"))
    }

    @Test func `a unit whose name holds that of the unit above is not named twice`() {
        let directory = NoticeDirectory(
            units: [
                UnitListed(unit: SmallCity.community, name: "曙光社区"),
                UnitListed(unit: SmallCity.grid, name: "曙光社区第一网格"),
                UnitListed(unit: SmallCity.building, name: "1号楼"),
                UnitListed(unit: SmallCity.stairwell, name: "1号楼1单元"),
            ])
        let message = Rendering(policy: rendering.policy, directory: directory).message(
            "complaint-in-grid", of: CaseLife().occasion,
            to: Recipient(person: person("x"), role: .gridChief), on: .inbox)
        #expect(message.body.contains("地点：曙光社区第一网格 1号楼1单元\n"))
    }

    @Test func `what somebody typed is for those alone who may see names`() {
        var life = CaseLife()
        let declined = life.next(
            .declined(
                WhistleDeclined(
                    case: CaseLife.id, sequence: 2, unit: SmallCity.grid, whistle: .fixed(1),
                    department: SmallCity.water, reason: "王大妈家的水管不归我们")))
        #expect(message("whistle-declined", declined, .community).body.contains("王大妈"))
        #expect(!message("whistle-declined", declined, .community, on: .wecom).body.contains("王大妈"))
        #expect(
            message("whistle-declined", declined, .resident, on: .inbox, .english).body.hasSuffix("(see the system)"))
    }

    @Test(arguments: [
        (150, "1.5"), (100, "1"), (5, "0.05"), (125, "1.25"), (-200, "−2"), (-5, "−0.05"), (0, "0"), (110, "1.1"),
    ])
    func `points are hundredths`(points: Int, text: String) {
        let entry = CreditEntryMade(
            entry: .fixed(9), creditSubject: Subject(kind: .resident, id: "mary"), rule: "snow-cleared",
            ruleVersion: 1, points: points, cause: "d1", expires: time("2027-11-24T02:00:00.000Z"))
        let envelope = EventEnvelope(id: "c", source: "muster/credit", type: CreditEntryMade.type, time: SmallCity.noon)
        let written = message("credit-earned", Occasion(envelope, .entry(entry)), .resident)
        #expect(written.title.hasSuffix("\(text)分"))
        #expect(written.body.contains("2027年11月24日 10:00"), "another year is written")
    }

    @Test func `what is missing is a dash, and an unknown unit or department its code`() {
        var life = CaseLife(unit: unit("371082007099001"), owner: Owner(unit: unit("371082007099001")), by: nil)
        let closed = life.next(
            .closed(CaseClosed(case: CaseLife.id, sequence: 2, unit: life.matter.unit, outcome: .settled)))
        #expect(
            message("case-closed", closed)
                == Message(
                    title: "第2026-137号事项已结案：已解决",
                    body: "371082007099第2026-137号事项（井盖缺失）于11月24日 10:00结案。\n说明：—"))
    }

    @Test func `the year of a case's number is that of the city, not of Greenwich`() {
        let life = CaseLife(at: time("2026-12-31T16:30:00.000Z"))
        #expect(message("case-opened", life.occasion).body.contains("第2027-137号"))
    }

    @Test func `every text of the catalogue can be written for everybody`() {
        for occasion in FactsTests.examples {
            for rule in rendering.policy.rules.rules where rule.event == occasion.news.type {
                for language in PersonListed.Language.allCases {
                    for channel in rule.channels {
                        let message = message(rule.template, occasion, .resident, on: channel, language)
                        let text = message.title + message.body
                        #expect(!text.contains("{") && !text.contains("}"), "\(rule.id)")
                        #expect(!text.contains("高网格") && !text.contains("5号楼"), "\(rule.id) tells a resident too much")
                    }
                }
            }
        }
    }
}

@Suite struct MessageTests {
    @Test(arguments: [
        ("abc", 3, "abc"), ("abcd", 3, "…"), ("abcdef", 5, "ab…"), ("中文字符", 12, "中文字符"), ("中文字符", 11, "中文…"),
        ("中文字符", 9, "中文…"), ("中文字符", 8, "中…"), ("👨‍👩‍👧abc", 20, "…"), ("👨‍👩‍👧abcdef", 24, "👨‍👩‍👧abcdef"),
    ])
    func `a text is cut between characters`(text: String, limit: Int, cut: String) {
        #expect(text.cut(toUTF8: limit) == cut)
        #expect(text.cut(toUTF8: limit).utf8.count <= limit)
    }

    @Test func `a robot's text keeps the notice's id, however long it is`() {
        let long = Message(title: "标题", body: String(repeating: "长", count: 4_000))
        let text = long.text(on: .wecom, .fixed(7))
        #expect(text?.utf8.count ?? 0 <= 2_048 && text?.utf8.count ?? 0 > 2_040)
        #expect(text?.hasSuffix("长…\n#00000000-0000-8000-8000-000000000007") == true)
    }

    @Test func `a text message is at most four joined ones`() {
        let long = Message(title: "标题", body: String(repeating: "长", count: 400))
        #expect(long.text(on: .sms, .fixed(7))?.utf16.count == 268)
        #expect(Message(title: "a", body: "b").text(on: .sms, .fixed(7)) == "a\nb")
    }
}
