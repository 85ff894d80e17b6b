import Contracts
import Testing

@testable import muster_dispatch

/// Random lives of cases, each from a seed: to play one again, run `life(seed)` alone.
@Suite struct `a random life of a case` {
    private static let seeds: Range<UInt64> = 0..<900

    @Test func `never breaks what must hold`() throws {
        var reached: Set<Standing> = []
        var happened: Set<String> = []
        for seed in Self.seeds {
            let life = try Life(seed)
            if let broken = life.broken {
                Issue.record("seed \(seed): \(broken)\n\(life.log.joined(separator: "\n"))")
                return
            }
            reached.formUnion(life.reached)
            happened.formUnion(life.play.history.map(\.change.name))
        }
        // Lives that go nowhere would hold everything too.
        #expect(reached == Set(Standing.allCases))
        #expect(
            happened == [
                "opened", "joined", "joined-to", "split", "accepted", "started", "handed-over", "reclassified",
                "corrected", "paused", "resumed", "extension-asked", "extension-decided", "warned", "resolved",
                "verified", "rated", "sent-back", "reopened", "closed", "climbed", "supervised", "answered",
                "whistle.asked", "whistle.refused", "whistle.blown", "whistle.changed", "whistle.progressed",
                "whistle.checked-in", "whistle.declined", "whistle.decline-decided", "whistle.done", "whistle.missed",
                "whistle.no-show-withdrawn", "whistle.ended", "whistle.judged", "whistle.assessed",
            ])
    }

    @Test func `is rebuilt from its history`() throws {
        for seed in Self.seeds {
            let play = try Life(seed).play
            guard case .opened(let event)? = play.history.first?.change else {
                Issue.record("seed \(seed): no opening")
                return
            }
            let policy = play.decision.policy
            var rebuilt = CaseState(
                opened: event, at: City.opening, limits: Play.small.limits, policy.calendar)
            for step in play.history.dropFirst() { rebuilt.apply(step.change, at: step.at, play.decision.policy) }
            #expect(rebuilt == play.state, "seed \(seed)")
            // And as it is stored.
            let stored = try EventJSON.decode(CaseState.self, from: EventJSON.encode(play.state))
            #expect(stored == play.state, "seed \(seed)")
        }
    }

    @Test func `is the same from the same seed`() throws {
        for seed in Self.seeds.prefix(50) {
            let (first, second) = (try Life(seed), try Life(seed))
            #expect(first.log == second.log)
            #expect(first.play.state == second.play.state)
        }
    }
}

/// One life: people and clocks do things at random, and after each it is checked what must hold.
private struct Life {
    private(set) var play: Play
    private(set) var reached: Set<Standing> = []
    private(set) var log: [String] = []
    /// The first thing that did not hold.
    private(set) var broken: String?
    private var random: Seeded
    private var told: Set<String> = []
    private var attendance: [DepartmentCode: String] = [:]

    init(_ seed: UInt64) throws {
        random = Seeded(seed)
        play = try Play(at: random.pick([City.building, City.grid, City.community]))
        for _ in 0..<60 where broken == nil {
            reached.insert(Standing(play.state))
            if random.isTrue(0.02) {
                join()
            } else if random.isTrue(0.25) {
                runOneClock()
            } else {
                act()
            }
            checkState()
            // By the policy that they were computed by deadlines stay where they are.
            let moved = play.decision.reschedule(play.state, at: play.now)
            if !moved.isEmpty { broken = "computed anew, deadlines move: \(moved)" }
        }
    }

    /// A case may be passed on and on, and a department may do its part in several goes; of two answers each is to a
    /// question of its own.
    private static let repeatable: Set<CaseActionKind> = [.handOver, .refuse, .contribute, .answer]

    // MARK: What happens

    private mutating func act() {
        // Mostly minutes go by, now and then days.
        let seconds = Int.random(in: 0...(random.isTrue(0.15) ? 200_000 : 2_000), using: &random)
        // An action may have waited for a network: its time then lies before what has happened.
        let time = random.isTrue(0.1) ? play.now - .seconds(seconds) : play.now + .seconds(seconds)
        if random.isTrue(0.7) {
            for step in play.decision.runClocks(of: play.state, before: time) { take(step.change, at: step.at) }
            if let clock = play.state.clocks.min(), clock.due < time { broken = "clock \(clock) was not run" }
        }
        let action = randomAction()
        let who = random.pick(
            City.Who.allCases + [.secretary, .secretary, .chief, .cityClerk, .waterWorker, .townClerk])
        let cause = Play.cause(by: who, at: time, recordedAt: max(time, play.now), id: "action-\(log.count)")
        let outcome = play.outcome(of: action, cause)
        log.append("\(time) \(action.action.rawValue) by \(who.rawValue): \(outcome.summary)")
        if play.outcome(of: action, cause) != outcome { broken = "decided twice, it differs" }
        guard case .success(let changes) = outcome else { return }
        if changes.isEmpty { broken = "taken, and nothing has changed" }
        for change in changes { take(change, at: time) }
        play.now = max(play.now, time)
        // The same again is no second effect, except where a person may well want it twice.
        if !Self.repeatable.contains(action.action), case .success(let again) = play.outcome(of: action, cause) {
            broken = "\(action.action.rawValue) was taken twice: \(again.map(\.name))"
        }
    }

    private mutating func randomAction() -> CaseAction {
        // The end of a case is kept rare, or lives would be short.
        let kinds = CaseActionKind.allCases.filter { kind in
            switch kind {
            case .withdraw: random.isTrue(0.05)
            case .resolve, .close, .join: random.isTrue(0.25)
            default: true
            }
        }
        // What the case waits for is done more often than what it does not.
        let possible = kinds.filter { (try? play.outcome($0, by: .cityClerk).get()) != nil }
        let kind = random.pick(random.isTrue(0.5) && !possible.isEmpty ? possible : kinds)
        let units = [
            City.city, City.town, City.community, City.grid, City.building, City.neighbourGrid, City.neighbourTown,
        ]
        var action = play.action(kind)
        switch kind {
        case .handOver:
            action.unit = random.isTrue(0.9) ? random.pick(units) : nil
            action.person = random.isTrue(0.3) ? random.pick(City.Who.allCases).id : nil
        case .reclassify: action.handling = random.pick(Handling.allCases)
        case .blowWhistle:
            action.whistle = random.pick(WhistleKind.allCases)
            action.departments = random.pick([[City.water], [City.power], [City.water, City.power], []])
        case .changeWhistle:
            action.departments = random.pick([[City.water], [City.gas], [City.water, City.power, City.gas]])
            action.lead = random.isTrue(0.2) ? City.power : nil
        case .pause: action.until = play.now + .seconds(Int.random(in: -600...400_000, using: &random))
        case .askExtension:
            action.until = play.state.resolveBy + .seconds(Int.random(in: -600...400_000, using: &random))
        case .verify:
            action.means = random.pick(VerificationMeans.allCases)
            action.satisfied = random.isTrue(0.5)
        case .reopen: action.grounds = random.pick(ReopeningGrounds.allCases)
        case .correct:
            action.unit = random.isTrue(0.5) ? random.pick(units) : nil
            action.severity = random.isTrue(0.3) ? random.pick(Severity.allCases) : nil
        case .decideDecline: action.granted = random.isTrue(0.5)
        case .rate: action.rating = Int.random(in: 0...6, using: &random)
        default: break
        }
        if kind.isOfDepartment { action.department = random.pick([City.water, City.power, City.gas]) }
        if random.isTrue(0.1) { action.version = play.state.version - Int.random(in: 0...1, using: &random) }
        return action
    }

    private mutating func runOneClock() {
        guard let clock = play.state.clocks.min() else { return }
        let changes = play.decision.decide(clock, on: play.state)
        log.append("\(clock.due) \(clock.kind.rawValue) \(clock.ordinal): \(changes.map(\.name))")
        if changes.isEmpty { broken = "a clock of the case does nothing" }
        for change in changes { take(change, at: clock.due) }
        play.now = max(play.now, clock.due)
        if !play.decision.decide(clock, on: play.state).isEmpty { broken = "a clock ran out twice" }
    }

    private mutating func join() {
        take(
            .joined(
                CaseJoined(
                    case: play.state.id, sequence: play.state.version + 1, unit: play.state.unit, origin: .complaint,
                    input: "input", reason: "the same place and kind")),
            at: play.now)
    }

    // MARK: What must hold

    private mutating func take(_ change: CaseChange, at time: Instant) {
        let before = play.state
        if change.payload.sequence != before.version + 1 { broken = "a gap before \(change)" }
        if change.payload.case != before.id || change.payload.unit != before.unit {
            broken = "of another case: \(change)"
        }
        play.apply(change, at: time)
        switch change {
        case .climbed(let event):
            let about = event.department.map { "\($0) \(before.whistle?.id.description ?? "")" } ?? "case"
            if !told.insert("\(about) \(event.to.rawValue)").inserted {
                broken = "\(event.to) is told twice of \(about)"
            }
            if event.from.next != event.to { broken = "\(event.from) climbs to \(event.to)" }
            if event.department == nil, event.to <= before.rung { broken = "it climbs down to \(event.to)" }
            if event.supervisor.level != event.to.level {
                broken = "\(event.supervisor) is not on the rung \(event.to)"
            }
        case .whistleBlown(let event):
            attendance = Dictionary(uniqueKeysWithValues: event.summons.map { ($0.department, "summoned") })
        case .whistleChanged(let event):
            for department in event.released { attendance[department] = "released" }
            for summons in event.added { attendance[summons.department] = "summoned" }
        case .checkedIn(let event): attendance[event.department] = "came"
        case .declined(let event): attendance[event.department] = "declined"
        case .declineDecided(let event): attendance[event.department] = event.excused ? "declined" : "summoned"
        case .missed(let event): attendance[event.department] = "missed"
        case .noShowWithdrawn(let event):
            if before.openWhistle != nil { attendance[event.department] = "came" }
            if event.told.isEmpty || event.told.count != event.supervisors.count { broken = "told nobody" }
        case .whistleEnded(let event): check(event, before.whistle)
        case .warned(let event): check(event, at: time)
        case .resumed(let event):
            if event.resolveBy < before.resolveBy { broken = "a pause made the time shorter" }
        default: break
        }
    }

    private mutating func check(_ event: CaseWarned, at time: Instant) {
        // Once for each deadline, as it stands.
        let from = event.deadline == .accept ? play.state.acceptFrom : play.state.resolveFrom
        let about = "\(event.slip) \(event.deadline) \(event.due) since \(from)"
        if event.slip == .red, event.department == nil, !told.insert(about).inserted { broken = "twice: \(about)" }
        if event.slip == .yellow, time >= event.due { broken = "a yellow slip after the deadline" }
        if event.slip == .red, time < event.due { broken = "a red slip before the deadline" }
    }

    private mutating func check(_ event: WhistleEnded, _ whistle: WhistleState?) {
        let counts = Dictionary(attendance.values.map { ($0, 1) }, uniquingKeysWith: +)
        func count(_ what: String) -> Int { counts[what] ?? 0 }
        if event.came != count("came") { broken = "\(count("came")) came, the event says \(event.came)" }
        if event.missed != count("missed") { broken = "\(count("missed")) missed, not \(event.missed)" }
        if event.declined != count("declined") { broken = "\(count("declined")) declined" }
        if event.open != count("summoned") { broken = "\(count("summoned")) were still to come" }
        let sum = event.came + event.missed + (event.declined ?? 0) + (event.open ?? 0)
        if sum + count("released") != whistle?.parts.count { broken = "the sums do not agree" }
    }

    private mutating func checkState() {
        let state = play.state
        if !state.isOpen, !state.clocks.isEmpty { broken = "it is \(state.status) and has clocks" }
        if !state.isOpen, state.openWhistle != nil { broken = "it is \(state.status) with an open whistle" }
        if state.openWhistle != nil, state.handling != .hard { broken = "a whistle on a \(state.handling) matter" }
        if Rung(of: state.owner.unit) > state.rung { broken = "its owner is above its rung" }
        if state.owner.unit.contains(state.unit) == false, !state.community.contains(state.owner.unit) {
            broken = "its owner \(state.owner.unit) has nothing to do with \(state.unit)"
        }
        if state.isOpen, state.pause == nil, state.rung != .city, !state.clocks.contains(where: { $0.kind == .climb }) {
            broken = "nobody will hear that it is overdue"
        }
        if state.pause != nil, state.clocks.map(\.kind) != [.resume] { broken = "paused, and it has \(state.clocks)" }
        if !state.isOpen, state.pause != nil { broken = "it is \(state.status) and paused" }
        if state.status == .closed, !state.questions.isEmpty { broken = "it is closed and waits for answers" }
        if (state.joinedTo != nil) != play.other.members.contains(state.id) { broken = "the two cases disagree" }
        if state.questions.count > 20 { broken = "questions heap up" }
        if state.status != .closed, !hasPath { broken = "no way out of \(Standing(state).rawValue)" }
    }

    /// Whether the city, which may do whatever anybody may, can do something that brings the case on.
    private var hasPath: Bool {
        [CaseActionKind.resolve, .endWhistle, .close, .resume, .refuseWhistle].contains { kind in
            let cause = Play.cause(by: .cityClerk, at: play.now)
            return (try? play.decision.decide(play.action(kind), on: play.state, cause).get()) != nil
        }
    }
}
