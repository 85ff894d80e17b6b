import Contracts
import Testing

@testable import muster_dispatch

@Suite struct `a case that was called settled` {
    @Test func `is opened again for the unit that settled it, with all its time, and the next rung is told`() throws {
        var play = try Standing.closed.play()
        play.now = play.now + .seconds(86_400)
        let changes = try play.act(.reopen)
        #expect(changes.map(\.name) == ["reopened", "climbed"])
        guard case .reopened(let event) = changes[0], case .climbed(let climb) = changes[1] else {
            Issue.record("not reopened")
            return
        }
        #expect(event.owner == Owner(unit: City.grid) && event.count == 1)
        #expect(climb.reason == .reopened && climb.to == .community)
        #expect(play.state.status == .assigned && play.state.resolvedAt == nil && play.state.rating == nil)
        #expect(play.state.acceptBy > play.now && play.state.resolveBy > play.now)
    }

    @Test func `can be reopened for ten work days`() throws {
        var play = try Standing.closed.play()
        // Settled on Tuesday, 24 November.
        play.now = instant("2026-12-08T17:30:00+08:00")
        #expect(play.outcome(.reopen).summary == "reopened + climbed")
        play.now = instant("2026-12-08T17:30:01+08:00")
        #expect(play.outcome(.reopen).summary == "wrong-state")
    }

    @Test func `is reopened as dissatisfied by whoever reported it, and by no other resident`() throws {
        var play = try Standing.closed.play()
        play.state.reporters = [City.Who.resident.id]
        func outcome(_ who: City.Who) -> String {
            play.outcome(.reopen, by: who) { $0.grounds = .dissatisfied }.summary
        }
        #expect(outcome(.resident) == "reopened + climbed" && outcome(.secretary) == "reopened + climbed")
        #expect(outcome(.steward) == "not-allowed" && outcome(.waterWorker) == "not-allowed")
        #expect(play.outcome(.reopen, by: .resident) { $0.grounds = .callBack }.summary == "not-allowed")
    }

    @Test func `is opened by a verification that fails`() throws {
        var play = try Standing.resolved.play()
        let changes = try play.act(.verify) { $0.satisfied = false }
        #expect(changes.map(\.name) == ["verified", "reopened", "climbed"])
        #expect(play.state.dissatisfied == 1 && play.state.status == .assigned)
    }

    @Test func `is not verified on a visit by whoever settled it`() throws {
        let play = try Standing.resolved.play()
        #expect(play.outcome(.verify, by: .chief) { $0.means = .visit }.summary == "not-allowed")
        #expect(play.outcome(.verify, by: .steward) { $0.means = .visit }.summary == "verified")
        #expect(play.outcome(.verify, by: .neighbourChief) { $0.means = .visit }.summary == "outside-reach")
    }

    @Test func `that is disliked twice is put before the next rung, each settlement counting once`() throws {
        var play = try Standing.resolved.play()
        #expect(try play.act(.rate) { $0.rating = 1 }.map(\.name) == ["rated"])
        try play.act(.sendBack)
        #expect(play.state.dissatisfied == 1)
        try play.act(.resolve, by: .chief)
        let changes = try play.act(.rate) { $0.rating = 2 }
        #expect(changes.map(\.name) == ["rated", "climbed"])
        guard case .climbed(let event)? = changes.last else { return }
        #expect(event.reason == .dissatisfied && event.to == .community)
    }

    @Test func `that is sent back has lost no time while it was thought to be settled`() throws {
        var play = try Standing.resolved.play()
        let before = play.state.resolveBy
        try play.act(.sendBack, after: .seconds(3_600))
        #expect(play.state.resolveBy == before + .seconds(3_600) && play.state.climbBy == play.state.resolveBy)
        #expect(play.state.status == .inHand && play.state.resolvedAt == nil)
    }

    @Test func `is corrected against its rule, with the limits of what it really is`() throws {
        var play = try Play()
        guard case .corrected(let event) = try play.act(.correct)[0] else {
            Issue.record("not corrected")
            return
        }
        #expect(event.rule == play.state.rule && event.formerCategory == Play.small.category)
        #expect(play.state.category == "utility.water.burst")
        #expect(
            play.outcome(.correct) {
                $0.category = nil; $0.unit = City.neighbourTown
            }.summary == "outside-reach")
        try play.act(.correct) {
            $0.category = nil
            $0.unit = City.neighbourGrid
        }
        #expect(play.state.unit == City.neighbourGrid)
        #expect(play.outcome(.correct) { $0.category = "no.such" }.summary == "unknown-category")
    }

    @Test func `supervision is asked once by a level, and answered by the owner`() throws {
        var play = try Standing.accepted.play()
        try play.act(.supervise, by: .townClerk)
        #expect(play.outcome(.supervise, by: .townClerk).summary == "wrong-state")
        try play.act(.supervise, by: .cityClerk)
        #expect(play.state.questions.map(\.unit) == [City.town, City.city])
        #expect(play.outcome(.answer, by: .waterWorker).summary == "outside-reach")
        let step = play.state.questions[1].step
        guard case .answered(let event) = try play.act(.answer, by: .chief, { $0.step = step })[0] else {
            Issue.record("not answered")
            return
        }
        #expect(event.supervisor == City.city && event.step == step)
        #expect(play.state.questions.map(\.unit) == [City.town])
    }
}
