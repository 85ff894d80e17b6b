import Contracts
import Testing

@testable import muster_dispatch

@Suite struct `the clocks of a case` {
    @Test func `give a case that nobody accepts to the next rung, up to the city`() throws {
        var play = try Play()
        var told: [String] = []
        while play.state.clocks.contains(where: { $0.kind == .accept }) {
            // Time enough to resolve it, so that this clock alone runs.
            play.state.climbBy = instant("2027-06-01T00:00:00Z")
            for case .climbed(let event) in try play.runNextClock() {
                told.append("\(event.reason.rawValue) \(event.to.rawValue) \(event.supervisor) \(local(event.due))")
            }
        }
        #expect(
            told == [
                "not-accepted community 371082007013 2026-11-24T11:00", "not-accepted town 371082007 2026-11-24T14:30",
                "not-accepted city 371082 2026-11-24T16:30",
            ])
        #expect(play.state.owner == Owner(unit: City.city) && play.state.rung == .city)
        #expect(play.state.status == .assigned && play.state.clocks.filter { !$0.kind.isSlip } == [])
        #expect(play.outcome(.accept, by: .chief).summary == "outside-reach")
        #expect(play.outcome(.accept, by: .cityClerk).summary == "accepted")
    }

    @Test func `tell the next rung of a case that is overdue, and leave it to its owner`() throws {
        var play = try Play()
        try play.act(.accept, by: .chief)
        let changes = play.wait(until: instant("2026-11-26T00:00:00+08:00")).filter { $0.name != "warned" }
        let told = changes.map { change in
            guard case .climbed(let event) = change else { return "?" }
            return "\(event.reason.rawValue) \(event.from.rawValue) \(event.to.rawValue) \(local(event.due))"
        }
        #expect(
            told == [
                "overdue grid community 2026-11-24T14:30", "overdue community town 2026-11-24T16:30",
                "overdue town city 2026-11-25T09:30",
            ])
        #expect(play.state.owner == Owner(unit: City.grid, person: City.Who.chief.id))
        #expect(play.state.clocks == [])
        #expect(play.outcome(.resolve, by: .chief).summary == "resolved")
    }

    @Test func `tell each rung once, whatever it is about`() throws {
        var play = try Play()
        // Nobody accepts it, and it is overdue before the next rung would have to.
        play.state.climbBy = instant("2026-11-24T13:00:00+08:00")
        let changes = play.wait(until: instant("2026-12-01T00:00:00+08:00"))
        let told = changes.compactMap { change -> String? in
            guard case .climbed(let event) = change else { return nil }
            return "\(event.to.rawValue) \(event.reason.rawValue)"
        }
        #expect(told == ["community not-accepted", "town overdue", "city not-accepted"])
    }

    @Test func `that the case has moved on from do nothing`() throws {
        var play = try Play()
        let clocks = play.state.clocks
        try play.act(.resolve, by: .chief)
        for clock in clocks { #expect(play.decision.decide(clock, on: play.state) == []) }
        #expect(play.state.clocks == [])
    }

    @Test func `that were moved do nothing at their former time`() throws {
        var play = try Play()
        let accept = CaseClock(kind: .accept, ordinal: 0, due: play.state.acceptBy)
        try play.act(.handOver, by: .chief, after: .seconds(60))
        #expect(play.decision.decide(accept, on: play.state) == [])
        let moved = CaseClock(kind: .accept, ordinal: 0, due: play.state.acceptBy)
        #expect(play.decision.decide(moved, on: play.state).map(\.name) == ["warned", "climbed"])
    }

    @Test func `that ran out long ago act as if they had been looked at in time`() throws {
        var play = try Play()
        let clock = try #require(play.state.clocks.filter { !$0.kind.isSlip }.min())
        play.now = instant("2026-11-24T20:00:00+08:00")
        for change in play.decision.decide(clock, on: play.state) { play.apply(change, at: clock.due) }
        #expect(local(play.state.acceptBy) == "2026-11-24T14:30")
    }

    @Test func `act before an action that is later than they are, and not before one at the same time`() throws {
        let play = try Play()
        let due = play.state.acceptBy
        let before = play.decision.runClocks(of: play.state, before: due)
        #expect(before.map(\.change.name) == ["warned"] && before.allSatisfy { $0.at < due })
        let run = play.decision.runClocks(of: play.state, before: due + .milliseconds(1)).dropFirst(before.count)
        #expect(run.map(\.change.name) == ["warned", "climbed"] && run.allSatisfy { $0.at == due })
    }

    @Test func `climb from where a hand-over has brought the case, never down`() throws {
        var play = try Play()
        try play.act(.handOver, by: .chief) { $0.unit = City.community }
        try play.act(.handOver, by: .secretary) { $0.unit = City.town }
        #expect(play.state.rung == .town)
        guard case .climbed(let event)? = try play.runNextClock().last else {
            Issue.record("no climb")
            return
        }
        #expect(event.from == .town && event.to == .city && event.supervisor == City.city)
    }

    @Test func `of a case that begins at the community tell the town first`() throws {
        var play = try Play(at: City.community)
        #expect(play.state.rung == .community)
        guard case .climbed(let event)? = try play.runNextClock().last else {
            Issue.record("no climb")
            return
        }
        #expect(event.to == .town && event.supervisor == City.town)
    }

    @Test func `act in the order of their times, the case's own first`() {
        let early = instant("2026-11-24T10:00:00Z")
        let clocks = [
            CaseClock(kind: .yellow, ordinal: 2, due: early), CaseClock(kind: .red, ordinal: 0, due: early),
            CaseClock(kind: .accept, ordinal: 0, due: early), CaseClock(kind: .climb, ordinal: 0, due: early),
            CaseClock(kind: .arrive, ordinal: 0, due: early), CaseClock(kind: .arrive, ordinal: 1, due: early),
            CaseClock(kind: .accept, ordinal: 0, due: early + .seconds(1)),
        ]
        #expect(clocks.reversed().sorted() == clocks)
    }
}

private func local(_ instant: Instant) -> String { String((instant + .seconds(8 * 3_600)).description.prefix(16)) }
