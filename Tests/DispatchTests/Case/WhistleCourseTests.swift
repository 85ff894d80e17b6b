import Contracts
import Testing

@testable import muster_dispatch

@Suite struct `the course of a whistle` {
    @Test func `that the town has to approve begins when it does`() throws {
        var play = try Play()
        #expect(try play.act(.blowWhistle) { $0.whistle = .keyWork }.map(\.name) == ["accepted", "whistle.asked"])
        #expect(play.state.openWhistle == nil && play.state.whistleAsked?.approver == City.town)
        #expect(play.outcome(.approveWhistle, by: .secretary).summary == "not-allowed")
        try play.act(.approveWhistle, by: .townClerk, after: .seconds(7_200))
        #expect(play.state.whistle?.blownAt == play.now && play.state.whistle?.kind == .keyWork)
        // Refused, it was never blown.
        var refused = try Standing.whistleAsked.play()
        try refused.act(.refuseWhistle, by: .townClerk)
        #expect(refused.state.whistle == nil && refused.outcome(.blowWhistle).summary == "reclassified + whistle.blown")
    }

    @Test func `is for those whom the policy lets blow it`() throws {
        let play = try Play()
        var policy = play.decision.policy
        policy.whistles[.emergency]?.blow = [.town, .city]
        let strict = Play(play, policy: policy)
        #expect(strict.outcome(.blowWhistle, by: .secretary).summary == "not-allowed")
        #expect(strict.outcome(.blowWhistle, by: .townClerk).summary.hasSuffix("whistle.blown"))
    }

    @Test func `calls the departments that fit the category where none is named, paired ones first`() throws {
        var triage = Play.small
        triage.category = "utility.water.burst"
        let play = try Play(triage)
        var decision = play.decision
        let far = department("D050")
        decision.callable = [
            DepartmentListed(department: department("D040"), name: "乳山市自来水公司", communities: []),
            DepartmentListed(department: far, name: "荣成市自来水公司二分公司", communities: [City.community]),
        ]
        let action = play.action(.blowWhistle) { $0.departments = nil }
        let changes = try decision.decide(action, on: play.state, Play.cause(by: .secretary, at: play.now)).get()
        guard case .whistleBlown(let event)? = changes.last else {
            Issue.record("not blown")
            return
        }
        #expect(event.summons.map(\.department) == [far] && event.lead == far)
    }

    /// The rule that a fire went by calls the fire service, whatever category it was reported under; once a person has said that it is
    /// no such matter, the category's departments are called.
    @Test func `calls the departments of the rule that the case went by, as long as the rule is for it`() throws {
        let policy = try shippedPolicy.get()
        let fire = Matter(
            origin: .finding, category: "utility.water.burst", severity: .normal, text: "楼道起火了", unit: City.building)
        var play = try Play(policy.triage.triage(fire))
        #expect(play.state.rule.hasPrefix("rule 1 of"))
        var decision = play.decision
        decision.callable = [
            DepartmentListed(department: City.water, name: "荣成市自来水公司", communities: [City.community]),
            DepartmentListed(department: department("D030"), name: "荣成市消防救援大队", communities: []),
        ]
        func called() throws -> [DepartmentCode] {
            let action = play.action(.blowWhistle) { $0.departments = nil }
            let changes = try decision.decide(action, on: play.state, Play.cause(by: .secretary, at: play.now)).get()
            guard case .whistleBlown(let event)? = changes.last else { return [] }
            return event.summons.map(\.department)
        }
        #expect(try called() == [department("D030")])
        try play.act(.correct) {
            $0.category = nil
            $0.severity = .minor
        }
        #expect(try called() == [City.water])
    }

    @Test func `is changed by the blower, who cannot send home those who have come`() throws {
        var play = try Standing.acceptedWhistling.play()
        try play.act(.checkIn, by: .waterWorker)
        guard case .whistleChanged(let event) = try play.act(.changeWhistle, { $0.departments = [City.gas] })[0] else {
            Issue.record("not changed")
            return
        }
        #expect(event.added.map(\.department) == [City.gas] && event.released == [City.power])
        #expect(play.state.whistle?.parts.map(\.attendance) == [.arrived, .released, .summoned])
        #expect(play.outcome(.changeWhistle) { $0.lead = City.power }.summary == "unknown-department")
    }

    @Test func `lets a department decline once, and the town decide`() throws {
        var play = try Standing.acceptedWhistling.play()
        try play.act(.decline, by: .waterWorker)
        #expect(play.outcome(.decideDecline, by: .secretary).summary == "not-allowed")
        try play.act(.decideDecline, by: .townClerk, after: .seconds(600)) { $0.granted = false }
        let part = try #require(play.state.whistle?.parts.first)
        #expect(part.attendance == .summoned && part.arriveBy == play.now + .seconds(30 * 60))
        #expect(play.outcome(.decline, by: .waterWorker).summary == "wrong-state")
        try play.act(.checkIn, by: .waterWorker, after: .seconds(29 * 60))
        #expect(play.state.whistle?.parts.first?.inTime == true)
    }

    @Test func `warns whoever has not signed, and no more once she has come`() throws {
        var play = try Standing.acceptedWhistling.play()
        let slips = play.wait(until: City.opening + .seconds(601)).compactMap { change -> String? in
            if case .warned(let event) = change { "\(event.slip) \(event.deadline) \(event.department!)" } else { nil }
        }
        #expect(slips == ["red sign D001", "red sign D002"])
        try play.act(.checkIn, by: .waterWorker)
        #expect(play.state.whistle?.parts[0].signedAt == play.now)
    }

    @Test func `takes a no-show back by late evidence, and names both times and who was told`() throws {
        var play = try WhistleState.Part.Attendance.missed.play()
        play.wait(until: City.opening + .seconds(61 * 60))
        let heardAt = play.now
        play.now = City.opening + .seconds(1_200)
        let changes = try play.act(.checkIn, by: .waterWorker, recordedAt: heardAt)
        guard case .noShowWithdrawn(let event)? = changes.last else {
            Issue.record("not withdrawn")
            return
        }
        #expect(event.cameAt == City.opening + .seconds(1_200) && event.heardAt == heardAt && !event.decided)
        #expect(event.told == [.town, .city] && event.supervisors == [City.town, City.city])
        #expect(play.state.clocks.filter { $0.kind == .arrive }.map(\.ordinal) == [])
    }

    @Test func `leaves evidence beyond the limit to a person of the town`() throws {
        var play = try WhistleState.Part.Attendance.missed.play()
        play.now = City.opening + .seconds(1_200)
        let late = City.opening + .seconds(3 * 3_600)
        #expect(try play.act(.checkIn, by: .waterWorker, recordedAt: late).map(\.name) == ["whistle.checked-in"])
        #expect(play.state.whistle?.parts.first?.attendance == .late)
        #expect(play.outcome(.withdrawNoShow, by: .secretary).summary == "not-allowed")
        guard case .noShowWithdrawn(let event) = try play.act(.withdrawNoShow, by: .townClerk)[0] else {
            Issue.record("not withdrawn")
            return
        }
        #expect(event.decided && play.state.whistle?.parts.first?.inTime == true)
        #expect(play.outcome(.withdrawNoShow, by: .townClerk).summary == "wrong-state")
    }

    @Test func `is judged when it is over, by the blower and by the departments, each once`() throws {
        var play = try WhistleState.Part.Attendance.arrived.play()
        #expect(play.outcome(.judgeWhistle).summary == "wrong-state")
        try play.act(.endWhistle)
        try play.act(.judgeWhistle)
        #expect(play.outcome(.judgeWhistle).summary == "wrong-state")
        #expect(play.outcome(.assessWhistle, by: .secretary).summary == "not-allowed")
        try play.act(.assessWhistle, by: .waterHead)
        #expect(play.state.whistle?.parts.first?.assessment == WhistleAssessment(needed: true, ours: false))
        #expect(play.outcome(.assessWhistle, by: .waterWorker).summary == "wrong-state")
    }
}
