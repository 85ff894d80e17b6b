import Contracts
import TestSupport
import Testing

@testable import muster_dispatch

/// What a level supervises (督办), and who reads it.
@Suite(.needsPostgres, .timeLimit(.minutes(2))) struct `the list of what is supervised` {
    struct Page: Decodable {
        struct Step: Decodable {
            let `case`: EventID
            let step: Int
            let rung: String
            let reason: String
            let department: String?
            let askedBy: String?
            let ask: String?
            let answeredBy: String?
            let answer: String?
            let endedAt: Instant?
        }
        let steps: [Step]
        let next: String?
    }

    private func list(_ rig: DispatchRig, _ query: String, as who: City.Who = .cityClerk) async throws -> Page {
        try await rig.read("/v1/supervision?unit=\(query)", as: who)
    }

    @Test func `holds what was asked and told, with the answers, page by page, the latest first`() async throws {
        try await DispatchRig.use { rig in
            var ids: [EventID] = []
            for number in 0..<3 {
                let id = try await rig.complain("垃圾", id: "c\(number)")
                rig.clock.set(City.opening + .seconds(Int64(number) * 60))
                let receipt = try await rig.act(.supervise, on: id, by: .cityClerk) {
                    $0.reason = "how far is \(number)?"
                }
                try #require(receipt.verdict == .taken, "\(receipt)")
                ids.append(id)
            }
            let open = try await list(rig, "371082")
            #expect(open.steps.map(\.case) == ids.reversed() && open.next == nil)
            #expect(open.steps.map(\.ask) == ["how far is 2?", "how far is 1?", "how far is 0?"])
            #expect(open.steps.allSatisfy { $0.reason == "ordered" && $0.askedBy == "cityClerk" && $0.rung == "city" })
            let answered = try await rig.act(.answer, on: ids[1], by: .chief) {
                $0.step = open.steps[1].step
                $0.reason = "tomorrow"
            }
            #expect(answered.verdict == .taken)
            #expect(try await list(rig, "371082").steps.map(\.case) == [ids[2], ids[0]])
            let ended = try await list(rig, "371082&state=ended").steps
            #expect(ended.map(\.answer) == ["tomorrow"] && ended[0].answeredBy == "chief" && ended[0].endedAt != nil)
            var seen: [EventID] = []
            var next: String?
            repeat {
                let page = try await list(rig, "371082&state=all&limit=2" + (next.map { "&after=\($0)" } ?? ""))
                seen += page.steps.map(\.case)
                next = page.next
            } while next != nil && seen.count < 10
            #expect(seen == ids.reversed())
            // Each level has what it was told or asked itself.
            #expect(try await list(rig, "371082007", as: .townClerk).steps.isEmpty)
        }
    }

    /// The town is told that nobody came, with the department and who heads it, and answered by the department.
    @Test func `names the department that did not come, and the slip who heads it`() async throws {
        try await DispatchRig.use { rig in
            let id = try await rig.complain("水管爆了", id: "c1")
            _ = try await rig.act(.blowWhistle, on: id) {
                $0.whistle = .emergency
                $0.departments = [City.water]
            }
            let bench = CaseBench(rig.pool, rig.handler.policy, at: City.opening)
            try await bench.pass(to: City.opening + .seconds(45 * 60))
            let told = try await list(rig, "371082007", as: .townClerk).steps
            #expect(told.map(\.reason) == ["no-show"] && told[0].department == "D001" && told[0].rung == "town")
            #expect(
                try await rig.rows(
                    "select data ->> 'head' from history where type = 'muster.case.climbed.v1' and data ->> 'to' = 'town'"
                )
                    == ["(waterHead)"])
            rig.clock.set(City.opening + .seconds(45 * 60))
            let answered = try await rig.act(.answer, on: id, by: .waterHead) {
                $0.step = told[0].step
                $0.reason = "the car broke down"
            }
            #expect(answered.verdict == .taken, "\(answered)")
            let step = try #require(try await list(rig, "371082007&state=ended", as: .townClerk).steps.first)
            #expect(step.answer == "the car broke down" && step.answeredBy == "waterHead")
        }
    }

    @Test func `is for the unit's own staff and those above it`() async throws {
        try await DispatchRig.use { rig in
            for (who, unit, status) in [
                (.townClerk, City.town, 200), (.cityClerk, City.town, 200), (.secretary, City.town, 403),
                (.waterWorker, City.town, 403), (.resident, City.town, 403), (.townClerk, City.city, 403),
                (.townClerk, City.neighbourTown, 403),
            ] as [(City.Who, UnitCode, Int)] {
                let answer = try await rig.ask("/v1/supervision?unit=\(unit)", as: who)
                #expect(answer.status == status, "\(who) \(unit)")
            }
            for query in ["", "?unit=371082&state=old", "?unit=371082&after=1_2", "?unit=371082&limit=501"] {
                let answer = try await rig.ask("/v1/supervision\(query)", as: .cityClerk)
                #expect(answer.status == 400, "\(query)")
            }
        }
    }
}
