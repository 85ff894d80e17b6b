import Contracts
import Testing

@testable import muster_dispatch

@Suite struct `the shipped rules` {
    let rules: TriageRules

    init() throws { rules = try shippedPolicy.get().triage }

    /// origin, category, severity, text; then category, handling, rung, limit to resolve, rule.
    @Test(arguments: [
        "finding   | city-appearance.rubbish.exposed | normal | 楼后一堆袋子 | city-appearance.rubbish.exposed | small | grid | 4 work hours | 21",
        "finding   | city-appearance.rubbish.exposed | minor | 楼后一堆袋子 | city-appearance.rubbish.exposed | small | grid | 1 work day | 21",
        "finding   | city-appearance.street.dirty | normal | 路面 | city-appearance.street.dirty | small | grid | 2 work hours | 21",
        "finding   | facility.manhole.damaged | minor | 松动 | facility.manhole.damaged | small | grid | 2 work days | 17",
        "finding   | facility.manhole.missing | urgent | 没了 | facility.manhole.missing | big | community | 2 hours | 21",
        "complaint | construction.illegal.standing | normal | 顶楼有违建 | construction.illegal.standing | hard | community | 15 work days | 21",
        "complaint | construction.illegal.new | urgent | 正在搭建 | construction.illegal.new | hard | community | 4 work hours | 8",
        "complaint | - | normal | 三号楼楼道有很浓的煤气味 | utility.gas.leak | hard | community | 2 hours | 2",
        "complaint | housing.property.service | normal | 电梯困人半小时了 | housing.property.service | hard | community | 2 hours | 3",
        "complaint | - | normal | 我家暖气不热，室内只有十四度 | utility.heating.cold | big | community | 24 hours | 21",
        "complaint | - | urgent | 我家暖气不热，有新生儿 | utility.heating.cold | hard | community | 2 hours | 10",
        "complaint | - | normal | 小区门口垃圾桶满了，多次反映没人管 | city-appearance.rubbish.bin-overflow | big | community | 4 work hours | 13",
        "complaint | livelihood.labour.insurance | minor | 请问退休手续怎么办 | livelihood.labour.insurance | small | community | 1 work day | 15",
        "complaint | - | minor | 你好，想反映个事 | other.matter.unclear | small | community | 7 work days | 21",
        "complaint | no.such.category | normal | 工地拖欠工资 | livelihood.labour.wages | hard | community | 15 work days | 21",
        "complaint | city-appearance | normal | ？ | city-appearance | small | grid | 4 work hours | 21",
        "complaint | - | urgent | 流浪狗追小孩 | neighbours.animal.stray | small | community | 2 hours | 16",
        "complaint | - | normal | The street lamp outside is broken | facility.lighting.lamp-out | big | community | 24 hours | 21",
        "finding   | care.elder.living-alone | urgent | 老人没有应门 | care.elder.living-alone | big | community | 2 hours | 11",
        "finding   | safety.fire.blocked-exit | normal | 消防通道停车 | safety.fire.blocked-exit | small | grid | 4 work hours | 20",
    ])
    func `say how a matter is handled`(row: String) throws {
        let cells = row.split(separator: "|").map { $0.trimmingSpaces }
        let matter = Matter(
            origin: try #require(CaseOpened.Origin(rawValue: cells[0])), category: cells[1] == "-" ? nil : cells[1],
            severity: try #require(Severity(rawValue: cells[2])), text: cells[3], unit: City.community)
        let triage = rules.triage(matter)
        let found = [
            triage.category, triage.handling.rawValue, triage.ownerRung.rawValue, triage.limits.resolve.description,
            String(triage.explanation.split(separator: " ")[1]),
        ]
        #expect(found == Array(cells[4...]), "\(triage.explanation)")
    }

    @Test func `explain themselves by rule and version, and by the words that were read`() {
        let text = "煤气泄漏了，快来人"
        let named = Matter(
            origin: .complaint, category: "utility.gas.leak", severity: .urgent, text: text, unit: City.grid)
        #expect(rules.triage(named).explanation == "rule 2 of version 1: leaking gas is a danger to life")
        var unnamed = named
        unnamed.category = nil
        #expect(
            rules.triage(unnamed).explanation
                == "rule 2 of version 1: leaking gas is a danger to life; category by the words 煤气泄漏")
    }

    @Test func `let the words that say most choose the category`() {
        func category(_ text: String) -> String {
            rules.triage(Matter(origin: .complaint, severity: .normal, text: text, unit: City.grid)).category
        }
        #expect(category("垃圾") == "city-appearance.rubbish.exposed")
        // Both words are in it, and the longer one is the more exact.
        #expect(category("建筑垃圾") == "city-appearance.rubbish.construction")
        #expect(category("广告牌旁边有摆摊的，占道经营") == "street-order.trading.stall")
    }

    @Test func `know the categories of all three levels`() {
        #expect(rules.knows("city-appearance") && rules.knows("city-appearance.rubbish"))
        #expect(rules.knows("city-appearance.rubbish.exposed"))
        #expect(!rules.knows("") && !rules.knows("rubbish") && !rules.knows("city-appearance.rubbish.exposed.more"))
    }

    @Test func `have limits for every handling and severity`() {
        let resolve = Handling.allCases.map { handling in
            Severity.allCases.map { rules.limits(handling: handling, severity: $0).resolve.description }
        }
        #expect(
            resolve == [
                ["1 work day", "4 work hours", "2 hours"], ["7 work days", "5 work days", "2 hours"],
                ["20 work days", "15 work days", "24 hours"],
            ])
    }

    @Test func `give every hard category departments to call`() {
        let without = rules.categories.values.filter { $0.handling == .hard && $0.departments.isEmpty }.map(\.code)
        #expect(without == [])
    }

    @Test func `are triaged the same however often`() {
        let matter = Matter(origin: .complaint, severity: .normal, text: "楼上漏水，物业不管，垃圾成堆", unit: City.grid)
        let first = rules.triage(matter)
        for _ in 0..<20 { #expect(rules.triage(matter) == first) }
    }

    @Test func `of departments that a whistle calls prefer the community's own`() throws {
        func listed(_ code: String, _ name: String, _ communities: [UnitCode] = []) -> DepartmentListed {
            DepartmentListed(department: department(code), name: name, communities: communities)
        }
        let triage = rules.triage(
            Matter(origin: .finding, category: "utility.gas.leak", severity: .urgent, text: "漏气", unit: City.grid))
        let departments = triage.departments.departments(
            for: City.community,
            among: [
                listed("D009", "应急管理局"), listed("D004", "新奥燃气公司", [City.community]), listed("D003", "港华燃气"),
                listed("D007", "Fire and Rescue Brigade"), listed("D001", "自来水公司", [City.community]),
            ])
        #expect(departments == [department("D004"), department("D007"), department("D009")])
    }
}

extension Substring {
    var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
