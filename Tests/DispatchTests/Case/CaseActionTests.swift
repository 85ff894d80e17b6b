import Contracts
import Testing

@testable import muster_dispatch

@Suite struct `an action on a case` {
    @Test func `that is taken says all of what changed`() throws {
        var play = try Play()
        let changes = try play.act(.accept, by: .chief, after: .seconds(3_600))
        #expect(
            changes == [
                .accepted(
                    CaseAccepted(
                        case: play.state.id, sequence: 2, unit: City.building,
                        owner: Owner(unit: City.grid, person: City.Who.chief.id), inTime: true))
            ])
        #expect(play.state.version == 2 && play.state.status == .accepted)
    }

    @Test func `is in time until the deadline, and late a millisecond after`() throws {
        let play = try Play()
        for (after, isInTime) in [(Duration.seconds(7_200), true), (.milliseconds(7_200_001), false)] {
            var play = play
            guard case .accepted(let event) = try play.act(.accept, by: .chief, after: after)[0] else {
                Issue.record("no acceptance")
                continue
            }
            #expect(event.inTime == isInTime)
        }
        var late = play
        guard case .resolved(let event) = try late.act(.resolve, by: .chief, after: .seconds(86_400))[0] else {
            Issue.record("no settlement")
            return
        }
        #expect(!event.inTime)
    }

    @Test func `by nobody, or by a stranger, is refused`() throws {
        let play = try Play()
        #expect(play.outcome(.accept, by: nil).summary == "unknown-person")
        var stranger = Play.cause(by: .chief, at: play.now)
        stranger.actor = PersonID("stranger")
        #expect(play.decision.decide(play.action(.accept), on: play.state, stranger).summary == "unknown-person")
    }

    @Test func `of before the case was opened is refused`() throws {
        var play = try Play()
        play.now = City.opening - .milliseconds(1)
        #expect(play.outcome(.accept, by: .chief).summary == "wrong-state")
        play.now = City.opening
        #expect(play.outcome(.accept, by: .chief).summary == "accepted")
    }

    @Test func `decided on another version is refused with the present one`() throws {
        var play = try Play()
        try play.act(.accept, by: .chief)
        for version in [1, 3] {
            #expect(
                play.outcome(.resolve, by: .chief) { $0.version = version }
                    == .failure(Refusal(.stale, "the case is at version 2 (accepted): look again")))
        }
        #expect(play.outcome(.resolve, by: .chief) { $0.version = 2 }.summary == "resolved")
    }

    @Test func `of two people at the same moment is taken from one of them`() throws {
        var play = try Play()
        try play.act(.accept, by: .chief) { $0.version = 1 }
        #expect(play.outcome(.accept, by: .secretary) { $0.version = 1 }.summary == "stale")
    }

    @Test func `that lacks what it needs is refused, also where the reader let it through`() throws {
        let resolved = try Standing.resolved.play()
        let assigned = try Standing.assigned.play()
        #expect(resolved.outcome(.rate) { $0.rating = nil }.summary == "malformed")
        #expect(resolved.outcome(.rate) { $0.rating = 6 }.summary == "malformed")
        #expect(assigned.outcome(.reclassify) { $0.handling = nil }.summary == "malformed")
        #expect(assigned.outcome(.handOver) { $0.unit = nil }.summary == "malformed")
        #expect(assigned.outcome(.blowWhistle) { $0.whistle = nil }.summary == "malformed")
        #expect(assigned.outcome(.blowWhistle) { $0.departments = [] }.summary == "unknown-department")
        #expect(assigned.outcome(.blowWhistle) { $0.departments = [City.water, City.water] }.summary == "malformed")
        #expect(
            assigned.outcome(.blowWhistle) { $0.departments = [department("D099")] }.summary == "unknown-department")
    }

    // MARK: Reclassifying

    @Test func `that reclassifies winds up the clocks by the limits of the new handling`() throws {
        var play = try Play()
        try play.act(.reclassify, after: .seconds(3_600)) { $0.handling = .hard }
        let hard = play.decision.policy.triage.limits(handling: .hard, severity: .normal)
        #expect(play.state.limits == hard && play.state.handling == .hard)
        #expect(play.state.resolveBy == instant("2026-12-15T17:30:00+08:00"))
        #expect(play.state.climbBy == play.state.resolveBy)
        // Nobody has accepted it, and that is still to be done by the time that was said.
        #expect(play.state.acceptBy == instant("2026-11-24T11:00:00+08:00"))
    }

    @Test func `that reclassifies to the same handling is refused`() throws {
        #expect(try Play().outcome(.reclassify) { $0.handling = .small }.summary == "wrong-state")
    }

    // MARK: Judging

    @Test func `that rates names who settled the matter, once`() throws {
        var play = try Standing.resolved.play()
        let changes = try play.act(.rate) { $0.rating = 2 }
        #expect(
            changes == [
                .rated(
                    CaseRated(
                        case: play.state.id, sequence: 3, unit: City.building, rating: 2,
                        settledBy: Owner(unit: City.grid, person: City.Who.chief.id)))
            ])
        #expect(play.outcome(.rate).summary == "wrong-state")
    }

    @Test func `that withdraws keeps the reason`() throws {
        var play = try Play()
        guard case .closed(let event) = try play.act(.withdraw)[0] else {
            Issue.record("not closed")
            return
        }
        #expect(event.outcome == .withdrawn && event.reason == "a mistake")
    }
}

@Suite struct `a hand-over` {
    @Test func `gives the case a new owner and its time to accept`() throws {
        var play = try Play()
        try play.act(.accept, by: .chief)
        try play.act(.handOver, by: .chief, after: .seconds(5 * 3_600)) {
            $0.person = City.Who.neighbourChief.id
            $0.reason = "it is behind the fence"
        }
        #expect(play.state.owner == Owner(unit: City.neighbourGrid, person: City.Who.neighbourChief.id))
        #expect(play.state.status == .assigned && play.state.handOvers == 1)
        #expect(play.state.acceptBy == instant("2026-11-24T16:00:00+08:00"))
        // The matter is no less urgent for it.
        #expect(play.state.resolveBy == instant("2026-11-24T14:30:00+08:00"))
        #expect(play.outcome(.accept, by: .chief).summary == "outside-reach")
        #expect(play.outcome(.accept, by: .neighbourChief).summary == "accepted")
    }

    /// From the grid's chief, and from the community's secretary once the community has accepted the case.
    @Test(arguments: [
        ("371082007013002", "handed-over", "handed-over"), ("3710820070130010001", "handed-over", "handed-over"),
        ("371082007013", "handed-over", "wrong-state"), ("371082007", "outside-reach", "handed-over"),
        ("371082", "outside-reach", "outside-reach"), ("371082007014", "outside-reach", "outside-reach"),
        ("371082008", "outside-reach", "outside-reach"), ("371082007013777", "unknown-unit", "unknown-unit"),
        ("371082007013009", "unknown-unit", "unknown-unit"), ("371082007013001", "wrong-state", "handed-over"),
    ])
    func `stays in the community or goes one rung up`(to: String, fromGrid: String, fromCommunity: String) throws {
        var play = try Play(at: City.building)
        // Without a person the owner is the grid itself.
        play.state.owner.person = nil
        #expect(play.outcome(.handOver, by: .chief) { $0.unit = unit(to) }.summary == fromGrid)
        try play.act(.handOver, by: .chief) { $0.unit = City.community }
        try play.act(.accept, by: .secretary)
        play.state.owner.person = nil
        #expect(play.outcome(.handOver, by: .secretary) { $0.unit = unit(to) }.summary == fromCommunity)
    }

    @Test(arguments: [
        (City.Who.steward, "handed-over"), (.secretary, "handed-over"), (.cityClerk, "handed-over"),
        (.chief, "wrong-state"), (.neighbourChief, "outside-reach"), (.buildingChief, "outside-reach"),
        (.formerChief, "outside-reach"), (.waterWorker, "outside-reach"), (.resident, "outside-reach"),
    ])
    func `within the unit goes to a person who is posted there`(who: City.Who, outcome: String) throws {
        let play = try Play()
        let found = play.outcome(.handOver, by: .chief) {
            $0.unit = nil
            $0.person = who.id
        }
        #expect(found.summary == outcome)
    }

    @Test func `within the unit needs no more of the directory than the person`() throws {
        var play = try Play()
        var directory = City.directory
        directory.units = [:]
        play = Play(play, directory: directory)
        let found = play.outcome(.handOver, by: .chief) {
            $0.unit = nil
            $0.person = City.Who.steward.id
        }
        #expect(found.summary == "handed-over")
        #expect(play.outcome(.handOver, by: .chief).summary == "unknown-unit")
    }

    @Test func `to a person whom nobody knows is refused`() throws {
        let found = try Play().outcome(.handOver, by: .chief) { $0.person = PersonID("stranger") }
        #expect(found.summary == "unknown-person")
    }

    @Test func `goes up the third time if nobody has accepted the case`() throws {
        var play = try Play()
        try play.act(.handOver, by: .chief)
        try play.act(.handOver, by: .neighbourChief) { $0.unit = City.grid }
        #expect(
            play.outcome(.handOver, by: .chief) { $0.unit = City.neighbourGrid }
                == .failure(
                    Refusal(
                        .wrongState,
                        "nobody has accepted the case, and it was passed on twice: accept it, or hand it over to unit "
                            + "\(City.community)")))
        // Whoever accepts it may pass it on again.
        var accepted = play
        try accepted.act(.accept, by: .chief)
        #expect(accepted.outcome(.handOver, by: .chief).summary == "handed-over")
        try play.act(.handOver, by: .chief) { $0.unit = City.community }
        // It is the community's, and the town is told.
        #expect(play.state.handOvers == 3 && play.state.owner.unit == City.community && play.state.rung == .town)
        #expect(play.outcome(.handOver, by: .secretary) { $0.unit = City.grid }.summary == "wrong-state")
        try play.act(.handOver, by: .secretary) { $0.unit = City.town }
        try play.act(.handOver, by: .townClerk) { $0.unit = City.city }
        // Nobody is above the city.
        #expect(play.outcome(.handOver, by: .cityClerk) { $0.unit = City.grid }.summary == "handed-over")
    }
}
