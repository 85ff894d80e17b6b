import Contracts
import Testing

@testable import muster_dispatch

/// A case as it is played: people act on it one after the other, and what they do is applied.
struct Play {
    let decision: CaseDecision
    var state: CaseState
    var now: Instant
    /// What has happened, with its times; the opening is the first.
    private(set) var history: [(change: CaseChange, at: Instant)]
    /// Another case of the same kind and place, an hour older, to join this one to.
    private(set) var other: CaseState

    /// A water matter that begins at the grid: small, to be accepted within two work hours and resolved within four.
    static let small = Triage(
        category: "city-appearance.rubbish.exposed", handling: .small, ownerRung: .grid,
        limits: CaseLimits(accept: .workMinutes(120), resolve: .workMinutes(240), climb: .workMinutes(120)),
        explanation: "rule 1 of version 1: for a test")

    init(_ triage: Triage = Play.small, at unit: UnitCode = City.building) throws {
        decision = CaseDecision(directory: City.directory, policy: try shippedPolicy.get())
        now = City.opening
        let matter = Matter(origin: .finding, category: triage.category, severity: .normal, text: "…", unit: unit)
        let opened = decision.open(
            matter, triage, as: EventID.derived(from: "test", at: now, type: "case", subject: "1"), number: 7,
            chief: City.Who.chief.id, Play.cause(by: .chief, at: now))
        state = opened.state
        history = [(opened.change, now)]
        other =
            decision.open(
                matter, triage, as: EventID.derived(from: "test", at: now, type: "case", subject: "2"), number: 6,
                chief: nil, Play.cause(by: .steward, at: now - .seconds(3_600))
            ).state
    }

    /// The same case under other rules, or with another directory.
    init(_ other: Play, policy: CasePolicy? = nil, directory: DirectoryView? = nil) {
        decision = CaseDecision(
            directory: directory ?? other.decision.directory, policy: policy ?? other.decision.policy)
        (state, now, history, self.other) = (other.state, other.now, other.history, other.other)
    }

    static func cause(
        by who: City.Who?, at time: Instant, recordedAt: Instant? = nil, id: String = "action"
    ) -> EventEnvelope {
        EventEnvelope(
            id: id, source: "test", type: CaseAction.type, time: time, recordedAt: recordedAt, actor: who?.id)
    }

    /// An action with whatever it needs, unless the test says otherwise.
    func action(_ kind: CaseActionKind, _ change: (inout CaseAction) -> Void = { _ in }) -> CaseAction {
        var action = CaseAction(case: state.id, action: kind)
        switch kind {
        case .handOver: action.unit = City.neighbourGrid
        case .rate: action.rating = 4
        case .reclassify:
            action.handling = state.handling == .big ? .small : .big
            action.reason = "it needs several parties"
        case .withdraw, .decline, .refuse, .sendBack, .split, .refuseExtension, .refuseWhistle:
            action.reason = "a mistake"
        case .blowWhistle:
            action.whistle = .emergency
            action.departments = [City.water, City.power]
        case .changeWhistle: action.departments = [City.water, City.gas]
        case .pause:
            action.pause = "waiting-for-parts"
            action.until = now + .seconds(86_400)
        case .askExtension:
            action.until = max(state.resolveBy, now) + .seconds(86_400)
            action.reason = "the part comes on Monday"
        case .verify:
            action.means = .callBack
            action.satisfied = true
        case .reopen:
            action.grounds = .community
            action.reason = "it is back"
        case .correct:
            action.category = state.category == "utility.water.burst" ? "traffic.road.pothole" : "utility.water.burst"
            action.reason = "it is water"
        case .join: action.into = other.id
        case .supervise, .answer: action.reason = "how far is it?"
        case .decideDecline: action.granted = true
        case .judgeWhistle:
            action.judgement = WhistleJudgement(onTime: true, rightPeople: true, solved: true, satisfied: false)
        case .assessWhistle: action.assessment = WhistleAssessment(needed: true, ours: false)
        case .accept, .start, .resume, .grantExtension, .resolve, .close, .checkIn, .sign, .contact, .contribute, .done,
            .approveWhistle, .withdrawNoShow, .endWhistle:
            break
        }
        if kind.isOfDepartment { action.department = City.water }
        change(&action)
        return action
    }

    /// What would become of an action.
    func outcome(
        _ kind: CaseActionKind, by who: City.Who? = .secretary, recordedAt: Instant? = nil,
        _ change: (inout CaseAction) -> Void = { _ in }
    ) -> CaseDecision.Outcome {
        outcome(of: action(kind, change), Self.cause(by: who, at: now, recordedAt: recordedAt))
    }

    /// As the service decides it: joining and splitting off with the other case.
    func outcome(of action: CaseAction, _ cause: EventEnvelope) -> CaseDecision.Outcome {
        guard action.action == .join || action.action == .split else {
            return decision.decide(action, on: state, cause)
        }
        return decision.decideJoining(action, on: state, with: other, cause).map(\.own)
    }

    /// Somebody acts, and it has to be taken.
    @discardableResult
    mutating func act(
        _ kind: CaseActionKind, by who: City.Who = .secretary, after: Duration = .zero, recordedAt: Instant? = nil,
        _ change: (inout CaseAction) -> Void = { _ in }
    ) throws -> [CaseChange] {
        now = now + after
        let changes = try outcome(kind, by: who, recordedAt: recordedAt, change).get()
        for change in changes { apply(change, at: now) }
        return changes
    }

    /// Lets the clocks run out that are due before a time, and goes on to it.
    @discardableResult
    mutating func wait(until time: Instant) -> [CaseChange] {
        let run = decision.runClocks(of: state, before: time)
        for step in run { apply(step.change, at: step.at) }
        now = time
        return run.map(\.change)
    }

    /// Runs the clock that is next, those that only give slips left out.
    @discardableResult
    mutating func runNextClock() throws -> [CaseChange] {
        let clock = try #require(state.clocks.filter { !$0.kind.isSlip }.min())
        let changes = decision.decide(clock, on: state)
        for change in changes { apply(change, at: clock.due) }
        now = max(now, clock.due)
        return changes
    }

    mutating func apply(_ change: CaseChange, at time: Instant) {
        // The other case follows, as it does in the service.
        let counterpart: CaseChange? =
            switch change {
            case .joinedTo(let event):
                .joined(
                    CaseJoined(
                        case: event.into, sequence: other.version + 1, unit: other.unit, origin: state.origin,
                        input: state.id.description, reason: event.reason, from: state.id,
                        reporters: state.reporters))
            case .split(let event):
                .parted(
                    CaseParted(
                        case: event.from, sequence: other.version + 1, unit: other.unit, from: state.id,
                        reason: event.reason, reporters: state.reporters))
            default: nil
            }
        if let counterpart { other.apply(counterpart, at: time, decision.policy) }
        state.apply(change, at: time, decision.policy)
        history.append((change, time))
    }
}

extension CaseClock.Kind {
    var isSlip: Bool { self == .yellow || self == .red }
}

extension CaseActionKind {
    /// Who usually does it, or has to.
    var usual: City.Who {
        switch self {
        case .grantExtension, .refuseExtension, .approveWhistle, .refuseWhistle, .decideDecline, .withdrawNoShow:
            .townClerk
        case .assessWhistle: .waterWorker
        default: .secretary
        }
    }

    var isOfDepartment: Bool {
        switch self {
        case .sign, .contact, .checkIn, .contribute, .decline, .decideDecline, .done, .withdrawNoShow, .judgeWhistle,
            .assessWhistle:
            true
        default: false
        }
    }
}

extension CaseDecision.Outcome {
    /// `accepted + reclassified`, or the code of the refusal.
    var summary: String {
        switch self {
        case .success(let changes): changes.map(\.name).joined(separator: " + ")
        case .failure(let refusal): refusal.code
        }
    }
}

extension CaseChange {
    /// `whistle.blown` of `muster.whistle.blown.v1`, without `case.`
    var name: String {
        let parts = type(of: payload).type.split(separator: ".").dropFirst().dropLast()
        return (parts.first == "case" ? parts.dropFirst() : parts).joined(separator: ".")
    }
}
