import Contracts
import TestSupport
import Testing

@testable import muster_dispatch

private struct Mine: Decodable {
    struct Item: Decodable {
        let wanted: String
        let due: Instant
        let department: String?
        let `case`: `lists of cases`.View
    }
    let items: [Item]
    let next: String?
}

extension DispatchRig {
    /// What is on somebody's list, and of which department where it is a department's.
    fileprivate func wanted(by who: City.Who) async throws -> [String] {
        let page: Mine = try await read("/v1/mine", as: who)
        return page.items.map { $0.wanted + ($0.department.map { " \($0)" } ?? "") }
    }

    fileprivate func take(
        _ kind: CaseActionKind, _ id: EventID, _ who: City.Who, _ change: (inout CaseAction) -> Void = { _ in }
    ) async throws {
        let receipt = try await act(kind, on: id, by: who, change)
        #expect(receipt.verdict == .taken, "\(kind.rawValue): \(receipt)")
    }
}

/// What people see of what waits for them.
@Suite(.timeLimit(.minutes(2))) struct `one's own list` {
    @Test(.needsPostgres)
    func `holds what waits for a person, her units and her department, the next due first`() async throws {
        try await DispatchRig.use { rig in
            let chiefs = try await rig.complain("垃圾", id: "c1")
            let communitys = try await rig.complain("暖气不热", id: "c2", category: "utility.heating.cold")
            func mine(_ who: City.Who, _ query: String = "") async throws -> Mine {
                try await rig.read("/v1/mine" + query, as: who)
            }
            #expect(try await mine(.chief).items.map { $0.case.id } == [chiefs])
            #expect(try await mine(.chief).items.map(\.wanted) == ["accept"])
            #expect(try await mine(.neighbourChief).items.isEmpty)
            #expect(try await mine(.secretary).items.map { $0.case.id } == [communitys])
            #expect(try await rig.act(.accept, on: chiefs, by: .chief).verdict == .taken)
            #expect(try await mine(.chief).items.map(\.wanted) == ["resolve"])
            // Accepted by a colleague, it is hers and not the unit's any more.
            #expect(try await rig.act(.accept, on: communitys, by: .secretary).verdict == .taken)
            #expect(try await mine(.secretary).items.map(\.wanted) == ["resolve"])
            #expect(try await mine(.townClerk).items.isEmpty)

            #expect(
                try await rig.act(.blowWhistle, on: communitys) {
                    $0.whistle = .emergency
                    $0.departments = [City.water]
                }.verdict == .taken)
            let called = try await mine(.waterWorker)
            #expect(called.items.map(\.wanted) == ["check-in"] && called.items[0].department == "D001")
            #expect(try await mine(.powerWorker).items.isEmpty)
            #expect(
                try await rig.act(.checkIn, on: communitys, by: .waterWorker) { $0.department = City.water }.verdict
                    == .taken)
            #expect(try await mine(.waterHead).items.map(\.wanted) == ["done"])
            #expect(
                try await rig.act(.done, on: communitys, by: .waterWorker) { $0.department = City.water }.verdict
                    == .taken)
            #expect(try await mine(.waterHead).items.isEmpty)
            #expect(try await rig.ask("/v1/mine", as: .resident).status == 200)

            for number in 0..<5 { try await rig.complain("第\(number)件", id: "m\(number)") }
            var seen: [EventID] = []
            var next: String?
            repeat {
                let page = try await mine(.chief, "?limit=2" + (next.map { "&after=\($0)" } ?? ""))
                seen += page.items.map { $0.case.id }
                next = page.next
            } while next != nil && seen.count < 20
            #expect(seen.count == 6 && Set(seen).count == 6)
        }
    }

    @Test(.needsPostgres)
    func `holds what one's unit has to decide, until it is decided`() async throws {
        try await DispatchRig.use { rig in
            let one = try await rig.complain("垃圾", id: "c1")
            try await rig.take(.accept, one, .chief)
            try await rig.take(.askExtension, one, .chief) {
                $0.until = City.opening + .seconds(2 * 86_400)
                $0.reason = "the part comes tomorrow"
            }
            #expect(try await rig.wanted(by: .secretary) == ["decide-extension"])
            try await rig.take(.grantExtension, one, .secretary)
            #expect(try await rig.wanted(by: .secretary) == [])
            // Key work is approved by the town; the case is the community's meanwhile.
            let two = try await rig.complain("水管爆了", id: "c2", at: City.community)
            try await rig.take(.blowWhistle, two, .secretary) {
                $0.whistle = .keyWork
                $0.departments = [City.water, City.power]
            }
            #expect(try await rig.wanted(by: .townClerk) == ["approve-whistle"])
            // Who is above the one that decides is not asked.
            #expect(try await rig.wanted(by: .cityClerk) == [])
            try await rig.take(.approveWhistle, two, .townClerk)
            #expect(try await rig.wanted(by: .townClerk) == [])
            for (who, department) in [(City.Who.waterWorker, City.water), (.powerWorker, City.power)] {
                try await rig.take(.decline, two, who) {
                    $0.department = department
                    $0.reason = "not ours"
                }
            }
            // Due together, they are on one page.
            #expect(try await rig.wanted(by: .townClerk) == ["decide-decline D001", "decide-decline D002"])
            let page: Mine = try await rig.read("/v1/mine?limit=1", as: .townClerk)
            #expect(page.items.count == 2)
            try await rig.take(.decideDecline, two, .townClerk) {
                $0.department = City.water
                $0.granted = true
            }
            #expect(try await rig.wanted(by: .townClerk) == ["decide-decline D002"])
            try await rig.take(.endWhistle, two, .secretary)
            #expect(try await rig.wanted(by: .townClerk) == [])
        }
    }

    @Test(.needsPostgres)
    func `holds what is left when a matter is called settled or a whistle is over`() async throws {
        try await DispatchRig.use { rig in
            // A case that is called settled waits for its community, and for nobody else
            let one = try await rig.complain("垃圾", id: "c1")
            try await rig.take(.accept, one, .chief)
            try await rig.take(.resolve, one, .chief)
            #expect(try await rig.wanted(by: .chief) == [])
            #expect(try await rig.wanted(by: .townClerk) == [])
            #expect(try await rig.wanted(by: .secretary) == ["verify"])
            try await rig.take(.verify, one, .secretary) {
                $0.means = .callBack
                $0.satisfied = true
            }
            #expect(try await rig.wanted(by: .secretary) == ["close"])
            try await rig.take(.close, one, .secretary)
            #expect(try await rig.wanted(by: .secretary) == [])

            // A whistle that is over waits for the community's marks and the departments' views, each once
            let two = try await rig.complain("水管爆了", id: "c2")
            try await rig.take(.blowWhistle, two, .secretary) {
                $0.whistle = .emergency
                $0.departments = [City.water, City.power, City.gas]
            }
            try await rig.take(.changeWhistle, two, .secretary) { $0.departments = [City.water, City.power] }
            try await rig.take(.checkIn, two, .waterWorker) {
                $0.department = City.water
                $0.unit = City.grid
            }
            try await rig.take(.done, two, .waterWorker) { $0.department = City.water }
            #expect(try await rig.wanted(by: .waterHead) == [])
            try await rig.take(.endWhistle, two, .secretary)
            try await rig.take(.resolve, two, .secretary)
            try await rig.take(.close, two, .secretary)
            #expect(try await rig.wanted(by: .secretary) == ["judge-whistle D001", "judge-whistle D002"])
            #expect(try await rig.wanted(by: .waterHead) == ["assess-whistle D001"])
            #expect(try await rig.wanted(by: .powerWorker) == ["assess-whistle D002"])
            try await rig.take(.judgeWhistle, two, .secretary) {
                $0.department = City.power
                $0.judgement = WhistleJudgement(onTime: false, rightPeople: true, solved: false, satisfied: false)
            }
            try await rig.take(.assessWhistle, two, .waterWorker) {
                $0.department = City.water
                $0.assessment = WhistleAssessment(needed: true, ours: true)
            }
            #expect(try await rig.wanted(by: .secretary) == ["judge-whistle D001"])
            #expect(try await rig.wanted(by: .waterHead) == [])
            // They are not asked for ever
            rig.clock.set(City.opening + FollowUps.asked + .seconds(1))
            #expect(try await rig.wanted(by: .secretary) == [])
            #expect(try await rig.wanted(by: .powerWorker) == [])

            // Who came when and where is in the case
            struct Seen: Decodable {
                struct Whistle: Decodable {
                    struct Department: Decodable, Equatable {
                        let department: DepartmentCode
                        let arrivedAt: Instant?
                        let arrivedIn: UnitCode?
                        let inTime: Bool?
                    }
                    let departments: [Department]
                }
                let whistle: Whistle
            }
            let seen: Seen = try await rig.read("/v1/cases/\(two)", as: .secretary)
            let water = try #require(seen.whistle.departments.first { $0.department == City.water })
            #expect(water.arrivedAt == City.opening && water.arrivedIn == City.grid && water.inTime == true)
        }
    }
}
