import Contracts
import TestSupport
import Testing

@testable import muster_dispatch

/// Who reads how departments answered whistles, and of which.
@Suite(.needsPostgres, .timeLimit(.minutes(2))) struct `the attendance of a month` {
    struct Sheet: Decodable {
        struct Sums: Decodable {
            let department: String
            let called: Int
        }
        let departments: [Sums]
        let whistles: Int

        /// `2: D001 2, D002 1`
        var text: String {
            "\(whistles): " + departments.map { "\($0.department) \($0.called)" }.joined(separator: ", ")
        }
    }

    private func whistles(_ rig: DispatchRig) async throws {
        for (number, place, departments) in [
            (1, City.community, [City.water, City.power]), (2, City.neighbourCommunity, [City.water]),
            (3, City.neighbourTown, [City.gas]),
        ] {
            let id = try await rig.complain("水管爆了", id: "c\(number)", at: place)
            let receipt = try await rig.act(.blowWhistle, on: id, by: .cityClerk) {
                $0.whistle = .emergency
                $0.departments = departments
            }
            try #require(receipt.verdict == .taken, "\(receipt)")
        }
    }

    @Test func `is of the whistles within one's reach, and of a department for its own people`() async throws {
        try await DispatchRig.use { rig in
            try await whistles(rig)
            let month = "/v1/attendance?month=2026-11"
            for (who, query, expected) in [
                (.cityClerk, "", "3: D001 2, D002 1, D003 1"), (.cityClerk, "&department=D001", "2: D001 2"),
                (.cityClerk, "&unit=\(City.neighbourTown)", "1: D003 1"), (.townClerk, "", "2: D001 2, D002 1"),
                (.townClerk, "&unit=\(City.neighbourCommunity)", "1: D001 1"), (.secretary, "", "1: D001 1, D002 1"),
                (.secretary, "&department=D001", "1: D001 1"), (.secretary, "&department=D003", "0: "),
                (.waterWorker, "", "2: D001 2"), (.waterHead, "&department=D001", "2: D001 2"),
                (.powerWorker, "", "1: D002 1"),
            ] as [(City.Who, String, String)] {
                let sheet: Sheet = try await rig.read(month + query, as: who)
                #expect(sheet.text == expected, "\(who) \(query)")
            }
            let past: Sheet = try await rig.read("/v1/attendance?month=2026-10", as: .waterWorker)
            #expect(past.text == "0: ")
        }
    }

    @Test func `is refused beyond one's reach`() async throws {
        try await DispatchRig.use { rig in
            let month = "/v1/attendance?month=2026-11"
            for (who, query) in [
                (.secretary, "&unit=\(City.neighbourCommunity)"), (.secretary, "&unit=\(City.town)"),
                (.townClerk, "&unit=\(City.neighbourTown)"), (.waterWorker, "&department=D002"),
                (.waterWorker, "&unit=\(City.community)"), (.waterWorker, "&unit=\(City.city)&department=D001"),
                (.chief, ""), (.chief, "&unit=\(City.grid)"), (.resident, ""), (.resident, "&department=D001"),
                (.formerChief, ""),
            ] as [(City.Who, String)] {
                let status = try await rig.ask(month + query, as: who).status
                #expect(status == 403, "\(who) \(query)")
            }
        }
    }

    /// One of each kind of attendance, marks from both sides, a needless whistle and a false one.
    @Test func `counts each way to answer, the marks of both sides, and whistles that were false or needless`()
        async throws
    {
        struct Whole: Decodable {
            struct Sums: Decodable {
                let department: String
                let called, inTime, late, missed, declined, excused, released, open, done, withdrawn: Int
                let judged, onTime, rightPeople, solved, satisfied, assessed, notNeeded, notOurs: Int

                var text: String {
                    "\(department) \(called): \(inTime) \(late) \(missed) \(declined) \(excused) \(released) \(open); "
                        + "\(done) \(withdrawn); \(judged): \(onTime) \(rightPeople) \(solved) \(satisfied); "
                        + "\(assessed): \(notNeeded) \(notOurs)"
                }
            }
            let departments: [Sums]
            let whistles, needless: Int
            let `false`: Int
        }
        try await DispatchRig.use { rig in
            var bench = CaseBench(rig.pool, rig.handler.policy, at: City.opening)
            func blow(_ number: Int, _ departments: [DepartmentCode]) async throws -> EventID {
                let id = try await rig.complain("水管爆了", id: "c\(number)", at: City.community)
                try await take(.blowWhistle, id, .secretary) {
                    $0.whistle = .emergency
                    $0.departments = departments
                }
                return id
            }
            func take(
                _ kind: CaseActionKind, _ id: EventID, _ who: City.Who, _ change: (inout CaseAction) -> Void = { _ in }
            ) async throws {
                let receipt = try await rig.act(kind, on: id, by: who, change)
                #expect(receipt.verdict == .taken, "\(kind.rawValue): \(receipt)")
            }
            func water(_ action: inout CaseAction) { action.department = City.water }
            func power(_ action: inout CaseAction) { action.department = City.power }
            func assess(_ id: EventID, _ who: City.Who, _ department: DepartmentCode, needed: Bool, ours: Bool)
                async throws
            {
                try await take(.assessWhistle, id, who) {
                    $0.department = department
                    $0.assessment = WhistleAssessment(needed: needed, ours: ours)
                }
            }
            // In time and done, and one that is not needed after all.
            let one = try await blow(1, [City.water, City.gas])
            try await take(.checkIn, one, .waterWorker, water)
            try await take(.done, one, .waterWorker, water)
            try await take(.changeWhistle, one, .secretary) { $0.departments = [City.water] }
            // Excused, declined, and not yet come.
            let two = try await blow(2, [City.water, City.power])
            for (id, who, department) in [(two, City.Who.waterWorker, City.water), (two, .powerWorker, City.power)] {
                try await take(.decline, id, who) {
                    $0.department = department
                    $0.reason = "not ours"
                }
            }
            try await take(.decideDecline, two, .townClerk) {
                water(&$0)
                $0.granted = true
            }
            // Late, missed, and a no-show that was taken back.
            let three = try await blow(3, [City.water, City.power, City.gas])
            rig.clock.set(City.opening + .seconds(40 * 60))
            bench = CaseBench(rig.pool, rig.handler.policy, at: rig.clock.now())
            try await bench.pass(to: rig.clock.now())
            try await take(.checkIn, three, .waterWorker, water)
            try await take(.withdrawNoShow, three, .townClerk) { $0.department = City.gas }
            let open = try await blow(4, [City.gas])
            for id in [one, two, three] { try await take(.endWhistle, id, .secretary) }
            for (department, good) in [(City.water, true), (City.power, false)] {
                try await take(.judgeWhistle, three, .secretary) {
                    $0.department = department
                    $0.judgement = WhistleJudgement(onTime: false, rightPeople: good, solved: good, satisfied: false)
                }
            }
            // Most of those who say so found it needless; all of them found that it was not theirs.
            try await assess(one, .waterWorker, City.water, needed: true, ours: false)
            try await assess(three, .waterWorker, City.water, needed: false, ours: true)
            try await assess(three, .powerWorker, City.power, needed: false, ours: false)
            let sheet: Whole = try await rig.read("/v1/attendance?month=2026-11", as: .townClerk)
            #expect(
                sheet.departments.map(\.text) == [
                    "D001 3: 1 1 0 0 1 0 0; 1 0; 1: 0 1 1 0; 2: 1 1", "D002 2: 0 0 1 1 0 0 0; 0 0; 1: 0 0 0 0; 1: 1 1",
                    "D003 3: 1 0 0 0 0 1 1; 0 1; 0: 0 0 0 0; 0: 0 0",
                ])
            #expect(sheet.whistles == 4 && sheet.needless == 1 && sheet.false == 1, "\(open)")
        }
    }
}
