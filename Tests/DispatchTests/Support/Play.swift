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
    }

    /// The same case under other rules, or with another directory.
    init(_ other: Play, policy: CasePolicy? = nil, directory: DirectoryView? = nil) {
        decision = CaseDecision(
            directory: directory ?? other.decision.directory, policy: policy ?? other.decision.policy)
        (state, now, history) = (other.state, other.now, other.history)
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
        case .withdraw, .decline: action.reason = "a mistake"
        case .blowWhistle:
            action.whistle = .emergency
            action.departments = [City.water, City.power]
        case .accept, .resolve, .close, .checkIn, .done, .endWhistle: break
        }
        if [.checkIn, .decline, .done].contains(kind) { action.department = City.water }
        change(&action)
        return action
    }

    /// What would become of an action.
    func outcome(
        _ kind: CaseActionKind, by who: City.Who? = .secretary, recordedAt: Instant? = nil,
        _ change: (inout CaseAction) -> Void = { _ in }
    ) -> CaseDecision.Outcome {
        decision.decide(action(kind, change), on: state, Self.cause(by: who, at: now, recordedAt: recordedAt))
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

    /// Runs the clock that is next.
    @discardableResult
    mutating func runNextClock() throws -> [CaseChange] {
        let clock = try #require(state.clocks.min())
        let changes = decision.decide(clock, on: state)
        for change in changes { apply(change, at: clock.due) }
        now = max(now, clock.due)
        return changes
    }

    mutating func apply(_ change: CaseChange, at time: Instant) {
        state.apply(change, at: time, decision.policy)
        history.append((change, time))
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
