import Contracts
import Testing

@testable import muster_dispatch

@Suite struct `the deadlines of a case` {
    /// Accepted at nine, to be resolved within four work hours: by 14:30, since nobody works from 12:00 to 13:30.
    private func accepted() throws -> Play {
        var play = try Play()
        try play.act(.accept, by: .chief)
        return play
    }

    @Test(arguments: [
        // Of three and a half hours left, half an hour is in the morning's work.
        ("10:00", "11:00", "15:30"), ("11:30", "13:30", "15:00"), ("09:00", "09:00:01", "14:30:01"),
        // Over night and over lunch nobody works: that is no time lost.
        ("12:00", "13:30", "14:30"),
    ])
    func `go on with the work time that was left when a pause is over`(
        from: String, to: String, due: String
    ) throws {
        func at(_ clock: String) -> Instant {
            instant("2026-11-24T\(clock.count == 5 ? clock + ":00" : clock)+08:00")
        }
        var play = try accepted()
        play.wait(until: at(from))
        try play.act(.pause, by: .chief) { $0.until = at(to) }
        #expect(play.state.clocks.map(\.kind) == [.resume])
        let changes = play.wait(until: at(to) + .milliseconds(1))
        #expect(changes.first?.name == "resumed")
        #expect(play.state.resolveBy == at(due) && play.state.climbBy == at(due))
        #expect(play.state.pause == nil && play.state.pauses.count == 1)
    }

    @Test func `go on earlier where a person says so`() throws {
        var play = try accepted()
        try play.act(.pause, by: .chief) { $0.until = City.opening + .seconds(86_400) }
        guard case .resumed(let event) = try play.act(.resume, by: .chief, after: .seconds(1_800))[0] else {
            Issue.record("not resumed")
            return
        }
        #expect(event.early && event.resolveBy == instant("2026-11-24T15:00:00+08:00"))
    }

    @Test func `stop only for a reason of the list, as long as it allows, and not too often`() throws {
        var play = try accepted()
        #expect(play.outcome(.pause, by: .chief) { $0.pause = "holidays" }.summary == "malformed")
        #expect(play.outcome(.pause, by: .chief) { $0.until = City.opening }.summary == "malformed")
        #expect(
            play.outcome(.pause, by: .chief) { $0.until = City.opening + .seconds(40 * 86_400) }.summary == "malformed")
        for _ in 0..<play.decision.policy.pauses.atMost {
            try play.act(.pause, by: .chief)
            try play.act(.resume, by: .chief, after: .seconds(60))
        }
        #expect(play.outcome(.pause, by: .chief).summary == "over-limit")
    }

    @Test func `are put off once, by the level above`() throws {
        var play = try accepted()
        let later = instant("2026-11-26T17:30:00+08:00")
        guard case .extensionAsked(let asked) = try play.act(.askExtension, by: .chief, { $0.until = later })[0] else {
            Issue.record("not asked")
            return
        }
        #expect(asked.approver == City.community)
        #expect(play.outcome(.askExtension, by: .chief).summary == "wrong-state")
        #expect(play.outcome(.grantExtension, by: .chief).summary == "not-allowed")
        try play.act(.grantExtension, by: .secretary)
        #expect(play.state.resolveBy == later && play.state.climbBy == later)
        #expect(play.outcome(.askExtension, by: .chief).summary == "wrong-state")
        // The slip of before the new deadline.
        let slips = play.wait(until: later + .milliseconds(1)).compactMap { change -> String? in
            if case .warned(let event) = change { "\(event.slip) \(event.deadline)" } else { nil }
        }
        #expect(slips == ["yellow resolve", "red resolve"])
    }

    @Test func `stay as they are where more time is refused, which may be asked for again`() throws {
        var play = try accepted()
        let before = play.state.resolveBy
        try play.act(.askExtension, by: .chief)
        try play.act(.refuseExtension, by: .secretary)
        #expect(play.state.resolveBy == before)
        #expect(play.outcome(.askExtension, by: .chief).summary == "extension-asked")
    }

    @Test func `have a yellow slip one work day before and a red one right after, each once`() throws {
        var triage = Play.small
        triage.limits = CaseLimits(
            accept: .workMinutes(120), answer: .workDays(1), resolve: .workDays(5), climb: .workDays(1))
        var play = try Play(triage)
        try play.act(.accept, by: .chief)
        try play.act(.start, by: .chief)
        // Tuesday to Tuesday.
        #expect(play.state.resolveBy == instant("2026-12-01T17:30:00+08:00"))
        let slips = play.wait(until: instant("2026-12-03T00:00:00+08:00")).compactMap { change -> String? in
            if case .warned(let event) = change { "\(event.slip) \(event.deadline)" } else { nil }
        }
        #expect(slips == ["yellow resolve", "red resolve"])
        let times = play.history.filter { $0.change.name == "warned" }.map(\.at)
        #expect(times == [instant("2026-11-30T17:30:00+08:00"), instant("2026-12-01T17:30:00+08:00")])
    }

    @Test func `of the first answer is kept by starting, and missed without`() throws {
        var triage = Play.small
        triage.limits.answer = .workMinutes(60)
        var started = try Play(triage)
        try started.act(.accept, by: .chief)
        guard case .started(let event) = try started.act(.start, by: .chief, after: .seconds(3_600))[0] else {
            Issue.record("not started")
            return
        }
        #expect(event.inTime == true && started.state.status == .inHand)
        var silent = try Play(triage)
        try silent.act(.accept, by: .chief)
        let slips = silent.wait(until: City.opening + .seconds(3_601)).map(\.name)
        #expect(slips == ["warned", "warned"] && silent.state.answerSlip.isRed)
    }

    @Test func `move with the calendar, and say from when to when`() throws {
        var play = try Play()
        var policy = play.decision.policy
        // The afternoon of the day turns out to be off.
        policy.calendar.years[2026]?.daysOff.insert(day("2026-11-25"))
        var triage = Play.small
        triage.limits.resolve = .workDays(1)
        play = try Play(triage)
        try play.act(.accept, by: .chief)
        let before = play.state.resolveBy
        play = Play(play, policy: policy)
        let changes = play.decision.reschedule(play.state, at: City.opening + .seconds(60))
        guard case .rescheduled(let event)? = changes.first else {
            Issue.record("nothing moved")
            return
        }
        #expect(event.formerResolveBy == before && before == instant("2026-11-25T17:30:00+08:00"))
        #expect(event.resolveBy == instant("2026-11-26T17:30:00+08:00"))
        for change in changes { play.apply(change, at: City.opening + .seconds(60)) }
        #expect(play.state.resolveBy == event.resolveBy && play.state.climbBy == event.resolveBy)
        // Once.
        #expect(play.decision.reschedule(play.state, at: City.opening + .seconds(120)).isEmpty)
    }

    /// A day off that is found out at ten of the day before, when the case has been paused for an hour.
    private func paused(_ resolve: Allowance = .workDays(3), started: Bool = false) throws -> Play {
        var triage = Play.small
        triage.limits = CaseLimits(
            accept: .workMinutes(120), answer: .workDays(1), resolve: resolve, climb: .workDays(1))
        var play = try Play(triage)
        try play.act(.accept, by: .chief)
        if started { try play.act(.start, by: .chief) }
        try play.act(.pause, by: .chief)
        try play.act(.resume, by: .chief, after: .seconds(3_600))
        var policy = play.decision.policy
        policy.calendar.years[2026]?.daysOff.insert(day("2026-11-25"))
        return Play(play, policy: policy)
    }

    private func rescheduled(_ play: inout Play) -> CaseRescheduled? {
        let changes = play.decision.reschedule(play.state, at: play.now)
        for change in changes { play.apply(change, at: play.now) }
        guard case .rescheduled(let event)? = changes.first else { return nil }
        return event
    }

    @Test func `of the first answer and of resolving move together, each by its own limit`() throws {
        var play = try paused()
        let former = (answer: play.state.answerBy, resolve: play.state.resolveBy)
        #expect(former.answer == instant("2026-11-26T09:30:00+08:00"))
        let event = try #require(rescheduled(&play))
        #expect(event.answerBy == instant("2026-11-27T09:30:00+08:00") && event.formerResolveBy == former.resolve)
        #expect(event.resolveBy > former.resolve && play.state.answerBy == event.answerBy)
        // The slips move as well: a work day before, or after three quarters of the time.
        let slips = play.wait(until: event.resolveBy + .milliseconds(1)).compactMap { change -> String? in
            if case .warned(let event) = change { "\(event.slip) \(event.deadline)" } else { nil }
        }
        #expect(slips == ["yellow answer", "red answer", "yellow resolve", "red resolve"])
        let red = play.history.first { if case .warned(let slip) = $0.change { slip.slip == .red } else { false } }
        #expect(red?.at == event.answerBy)
    }

    @Test func `of a first answer that was given does not come back`() throws {
        var play = try paused(started: true)
        let event = try #require(rescheduled(&play))
        #expect(event.answerBy == nil && event.resolveBy > event.formerResolveBy)
    }

    @Test func `that have passed stay missed`() throws {
        var play = try paused()
        play.wait(until: instant("2026-11-26T09:30:00.001+08:00"))
        #expect(play.state.answerSlip.isRed)
        let event = try #require(rescheduled(&play))
        #expect(event.answerBy == nil && play.state.answerBy == instant("2026-11-26T09:30:00+08:00"))
    }

    /// What does not count is counted once more where a deadline is computed from its beginning.
    @Test func `are the same computed anew, whatever was done to the case`() throws {
        var play = try Play()
        try play.act(.handOver)
        try play.act(.reclassify, after: .seconds(600)) { $0.handling = .big }
        try play.act(.accept)
        try play.act(.pause)
        try play.act(.resume, after: .seconds(1_800))
        try play.act(.resolve)
        try play.act(.sendBack, after: .seconds(7_200))
        #expect(play.decision.reschedule(play.state, at: play.now).isEmpty)
        let before = play.state.resolveBy
        var policy = play.decision.policy
        policy.calendar.years[2026]?.daysOff.insert(day("2026-11-26"))
        play = Play(play, policy: policy)
        let event = try #require(rescheduled(&play))
        #expect(event.resolveBy > before && play.state.sentBack?.count == 1 && play.state.pauses.count == 1)
        #expect(play.decision.reschedule(play.state, at: play.now).isEmpty)
    }

    /// Rows of before have no word of what the deadlines were set by.
    @Test func `of a case that was stored by an earlier version are read, and the first answer's stays`() throws {
        let play = try paused()
        guard
            case .object(var members) = try EventJSON.decode(JSONValue.self, from: EventJSON.encode(play.state))
        else {
            Issue.record("a state is no object")
            return
        }
        for name in ["acceptLimit", "answerBasis", "sentBack"] { members[name] = nil }
        let stored = try EventJSON.decode(CaseState.self, from: EventJSON.encode(JSONValue.object(members)))
        #expect(stored.answerBy == play.state.answerBy && stored.resolveBasis == play.state.resolveBasis)
        guard case .rescheduled(let event)? = play.decision.reschedule(stored, at: play.now).first else {
            Issue.record("nothing moved")
            return
        }
        #expect(event.answerBy == nil && event.resolveBy > event.formerResolveBy)
    }

    /// Leaking gas is a danger to life whatever category it was reported under.
    private func leak() throws -> Play {
        let matter = Matter(
            origin: .finding, category: "housing.property.service", severity: .normal, text: "楼道有煤气味",
            unit: City.building)
        return try Play(try shippedPolicy.get().triage.triage(matter))
    }

    @Test func `are still those of its rule when the severity of a case is set right`() throws {
        var play = try leak()
        #expect(play.state.limits.resolve == .minutes(120))
        try play.act(.correct, after: .seconds(600)) {
            $0.category = nil
            $0.severity = .minor
        }
        #expect(play.state.limits.resolve == .minutes(240) && play.state.resolveBy == play.now + .seconds(4 * 3_600))
        // Once a person handles it otherwise than the rule says, it is that handling's limits.
        try play.act(.correct) {
            $0.category = nil
            $0.handling = .big
        }
        #expect(play.state.limits == play.decision.policy.triage.limits(handling: .big, severity: .minor))
    }

    /// Later rules in which the rule of a case is as it was give it no other time; those that change it do.
    @Test(
        arguments: [
            (#""version": 1,"#, #""version": 1,"#, nil),
            (#""number": 2, "reason": "leaking gas"#, #""number": 2, "reason": "gas"#, "15 work days"),
            (
                #""gas leak", "smell of gas"], "handling": "hard", "owner": "community", "limits": "danger""#,
                #""gas leak", "smell of gas"], "handling": "hard", "owner": "community", "limits": "utility""#,
                "24 hours"
            ),
        ] as [(String, String, String?)])
    func `are those of the case's rule in a later version too`(part: String, replacement: String, resolve: String?)
        throws
    {
        let play = try leak()
        let file = String(decoding: play.decision.policy.triage.source, as: UTF8.self)
        try #require(file.contains(part))
        var policy = play.decision.policy
        policy.triage = try TriageRules(
            file: Array(
                file.replacing(part, with: replacement).replacing(#""version": 1,"#, with: #""version": 2,"#).utf8))
        let later = Play(play, policy: policy)
        #expect(policy.limits(of: later.state).resolve.description == resolve ?? "2 hours")
        #expect(later.decision.reschedule(later.state, at: later.now).isEmpty == (resolve == nil))
    }

    @Test func `that fall in a year without a calendar are told of`() throws {
        let policy = try shippedPolicy.get()
        #expect(PolicyWatch.yearsMissing(policy, at: instant("2026-08-03T00:00:00Z")) == [])
        #expect(PolicyWatch.yearsMissing(policy, at: instant("2026-12-20T00:00:00Z")) == [2027])
    }
}
