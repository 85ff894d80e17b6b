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
}
