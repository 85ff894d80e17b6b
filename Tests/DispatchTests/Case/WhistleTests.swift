import Contracts
import Testing

@testable import muster_dispatch

@Suite struct `a whistle` {
    @Test func `accepts the case, makes it a hard one, and calls the departments`() throws {
        var play = try Play()
        let changes = try play.act(.blowWhistle) { $0.reason = "the pipe has burst" }
        let owner = Owner(unit: City.community, person: City.Who.secretary.id)
        let whistle = try #require(play.state.whistle)
        #expect(
            changes == [
                .accepted(
                    CaseAccepted(case: play.state.id, sequence: 2, unit: City.building, owner: owner, inTime: true)),
                .reclassified(
                    CaseReclassified(
                        case: play.state.id, sequence: 3, unit: City.building, from: .small, to: .hard,
                        reason: "the pipe has burst", resolveBy: instant("2026-12-15T17:30:00+08:00"),
                        rule: play.state.rule)),
                .whistleBlown(
                    WhistleBlown(
                        case: play.state.id, sequence: 4, unit: City.building, whistle: whistle.id, kind: .emergency,
                        community: City.community,
                        summons: [City.water, City.power].map {
                            Summons(
                                department: $0, arriveBy: instant("2026-11-24T09:30:00+08:00"),
                                completeBy: instant("2026-11-25T09:00:00+08:00"),
                                signBy: instant("2026-11-24T09:10:00+08:00"))
                        }, lead: City.water)),
            ])
        #expect(play.state.version == 4 && play.state.owner == owner && play.state.handling == .hard)
        #expect(play.state.resolveBy == instant("2026-12-15T17:30:00+08:00"))
    }

    @Test func `leaves a case to whoever has accepted it, and to those above the community`() throws {
        var accepted = try Play()
        try accepted.act(.accept, by: .chief)
        try accepted.act(.blowWhistle)
        #expect(accepted.state.owner == Owner(unit: City.grid, person: City.Who.chief.id))
        var raised = try Play()
        try raised.act(.handOver, by: .chief) { $0.unit = City.community }
        try raised.act(.handOver, by: .secretary) { $0.unit = City.town }
        try raised.act(.blowWhistle, by: .townClerk)
        #expect(raised.state.owner == Owner(unit: City.town, person: City.Who.townClerk.id))
    }

    @Test(arguments: [
        (WhistleKind.emergency, "2026-11-24T09:30", "2026-11-25T09:00"),
        (.enforcement, "2026-11-27T17:30", "2026-12-08T17:30"), (.keyWork, "2026-12-01T17:30", "2026-12-15T17:30"),
    ])
    func `has the deadlines of its kind`(kind: WhistleKind, arriveBy: String, completeBy: String) throws {
        var play = try Play()
        try play.act(.blowWhistle, by: .townClerk) { $0.whistle = kind }
        let part = try #require(play.state.whistle?.parts.first)
        #expect(
            part.arriveBy == instant("\(arriveBy):00+08:00") && part.completeBy == instant("\(completeBy):00+08:00"))
    }

    @Test func `has the deadlines that the policy gives its kind`() throws {
        var play = try Play()
        var policy = play.decision.policy
        policy.whistles[.emergency]?.arrive = .minutes(10)
        policy.whistles[.emergency]?.climb = .minutes(5)
        play = Play(play, policy: policy)
        try play.act(.blowWhistle)
        #expect(play.state.whistle?.parts.first?.arriveBy == City.opening + .seconds(600))
        #expect(play.state.whistle?.limits.climb == .minutes(5))
    }

    @Test func `has an id that follows from the action`() throws {
        let play = try Play()
        let twice = [play.outcome(.blowWhistle), play.outcome(.blowWhistle)]
        #expect(twice[0] == twice[1])
        let other = play.decision.decide(
            play.action(.blowWhistle), on: play.state, Play.cause(by: .secretary, at: play.now, id: "another"))
        #expect(other != twice[0])
    }

    @Test func `can be blown again when it is over, with all departments called anew`() throws {
        var play = try Play()
        try play.act(.blowWhistle)
        try play.act(.checkIn, by: .waterWorker)
        try play.act(.endWhistle)
        try play.act(.blowWhistle, after: .seconds(60)) { $0.departments = [City.water] }
        #expect(play.state.whistle?.parts.map(\.attendance) == [.summoned])
        #expect(play.state.openWhistle != nil)
    }

    // MARK: No-shows

    @Test func `that nobody answers is told to the town and the city, each once and per department`() throws {
        var play = try Play()
        try play.act(.blowWhistle)
        play.now = City.opening + .seconds(60)
        try play.act(.checkIn, by: .powerWorker) { $0.department = City.power }
        let all = play.wait(until: City.opening + .seconds(86_400)).filter { $0.name != "warned" }
        let told = all.map { change in
            switch change {
            case .missed(let event): "missed \(event.department) \(event.due)"
            case .climbed(let event):
                "\(event.reason.rawValue) \(event.department?.text ?? "") \(event.to.rawValue) \(event.due)"
            default: change.name
            }
        }
        #expect(
            told == [
                "missed D001 2026-11-24T01:30:00.000Z", "no-show D001 town 2026-11-24T01:30:00.000Z",
                "no-show D001 city 2026-11-24T02:00:00.000Z",
            ])
        // The case is the community's by the whistle, and has not climbed itself.
        #expect(play.state.rung == .community)
    }

    @Test func `stops climbing as soon as the department has come`() throws {
        var play = try WhistleState.Part.Attendance.missed.play()
        try play.act(.checkIn, by: .waterWorker)
        #expect(play.state.whistle?.parts[0].attendance == .late)
        #expect(play.state.clocks.filter { $0.kind == .arrive }.map(\.ordinal) == [1])
    }

    @Test func `that is over has no clocks left`() throws {
        var play = try Play()
        try play.act(.blowWhistle)
        try play.act(.endWhistle)
        #expect(play.state.clocks.filter { $0.kind == .arrive } == [])
        #expect(play.state.clocks.allSatisfy { $0.kind == .climb || $0.ordinal == DeadlinePlace(.resolve).ordinal })
    }

    /// The deadline is 09:30; believed is what reaches us by 11:30.
    @Test(arguments: [
        ("09:20", "09:20", true), ("09:30", "09:30", true), ("09:31", "09:31", false), ("09:20", "11:30", true),
        ("09:20", "11:31", false), ("09:40", "09:50", false),
    ])
    func `believes a check-in of before the deadline for two hours`(time: String, recorded: String, inTime: Bool) throws
    {
        var play = try WhistleState.Part.Attendance.missed.play()
        play.now = instant("2026-11-24T\(time):00+08:00")
        let changes = try play.act(.checkIn, by: .waterWorker, recordedAt: instant("2026-11-24T\(recorded):00+08:00"))
        guard case .checkedIn(let event) = changes[0] else {
            Issue.record("no check-in")
            return
        }
        #expect(event.inTime == inTime)
        #expect(play.state.whistle?.parts[0].attendance == (inTime ? .arrived : .late))
    }

    @Test func `blames no department for our own delay`() throws {
        // The check-in waited in the queue for a day, and so did the clock: no no-show was ever told.
        var play = try Play()
        try play.act(.blowWhistle)
        play.now = City.opening + .seconds(600)
        let changes = try play.act(.checkIn, by: .waterWorker, recordedAt: City.opening + .seconds(86_400))
        guard case .checkedIn(let event) = changes[0] else {
            Issue.record("no check-in")
            return
        }
        #expect(event.inTime)
    }

    // MARK: Its end

    @Test func `ends with the count of those who came and those who did not`() throws {
        var play = try WhistleState.Part.Attendance.late.play()
        let changes = try play.act(.endWhistle)
        guard case .whistleEnded(let event) = changes[0] else {
            Issue.record("not ended")
            return
        }
        // The water company came late, the power company not at all.
        #expect(event.came == 1 && event.missed == 1)
    }

    @Test func `is for its own departments`() throws {
        let play = try WhistleState.Part.Attendance.summoned.play()
        let other = play.outcome(.checkIn, by: .waterWorker) { $0.department = City.power }
        #expect(other.summary == "not-allowed")
        let uncalled = play.outcome(.checkIn, by: .secretary) { $0.department = department("D099") }
        #expect(uncalled.summary == "unknown-department")
        #expect(play.outcome(.checkIn) { $0.department = nil }.summary == "unknown-department")
    }

    @Test func `keeps the case from being settled, withdrawn or made a small one`() throws {
        var play = try Standing.acceptedWhistling.play()
        for kind in [CaseActionKind.resolve, .withdraw, .reclassify, .blowWhistle] {
            #expect(
                play.outcome(kind) == .failure(Refusal(.wrongState, "a whistle is open on the case: end it first")),
                "\(kind.rawValue)")
        }
        try play.act(.endWhistle)
        #expect(play.outcome(.resolve).summary == "resolved" && play.outcome(.withdraw).summary == "closed")
    }

    @Test func `moves the deadline of the case only if it was not a hard one`() throws {
        var play = try Play()
        try play.act(.reclassify) { $0.handling = .hard }
        let before = play.state.resolveBy
        try play.act(.blowWhistle, after: .seconds(86_400))
        #expect(play.state.resolveBy == before)
    }
}
