import Contracts
import Postgres
import ServiceKit

/// The cases of a batch as it changes them: several inputs for one case are decided in turn here and written once.
struct CaseBook {
    private struct Entry {
        /// The version that is in the database; nil for a case that this batch opens.
        let storedVersion: Int?
        let clocksBefore: Set<CaseClock>
        let deadlinesBefore: [Instant?]
        let whistleBefore: WhistleState?
        var state: CaseState
        var text: String?
        /// Where the matter was thought to be.
        var storedUnit: UnitCode?
        /// The policy that all its deadlines are computed by now.
        var stamp: Int32?
        /// Its last event of this batch.
        var last: (event: EventID, correlation: String)?
    }

    private var entries: [EventID: Entry] = [:]
    private var history: [HistoryRow] = []
    private var inputs: [MatterInputRow] = []
    private var questions = QuestionRows()
    /// The events of no-shows that may be taken back.
    private var noShows: [NoShowKey: EventID] = [:]
    /// When it is settled whether a case of this batch repeats a known matter.
    private var settlements: [DueTimer] = []
    private let recordedAt: Instant
    /// The number of the policy that it is decided by.
    private let policy: Int32

    init(_ states: [CaseState], recordedAt: Instant, policy: Int32) {
        self.recordedAt = recordedAt
        self.policy = policy
        add(states)
    }

    /// Adds cases that turn out to be needed only when others are known.
    mutating func add(_ states: [CaseState]) {
        for state in states where entries[state.id] == nil {
            entries[state.id] = Entry(
                storedVersion: state.version, clocksBefore: state.clocks, deadlinesBefore: state.ownDeadlines,
                whistleBefore: state.whistle, state: state)
            entries[state.id]?.storedUnit = state.unit
        }
    }

    mutating func add(_ noShows: [NoShowKey: EventID]) { self.noShows = noShows }

    func state(of id: EventID) -> CaseState? { entries[id]?.state }

    mutating func open(
        _ state: CaseState, _ change: CaseChange, _ matter: Matter, cause: EventEnvelope, policy: Int32,
        _ effects: inout Effects
    ) throws {
        entries[state.id] = Entry(
            storedVersion: nil, clocksBefore: [], deadlinesBefore: [], whistleBefore: nil, state: state,
            text: matter.text)
        entries[state.id]?.stamp = policy
        inputs.append(
            MatterInputRow(
                event: cause.id, matter: state.id, origin: matter.origin, occurredAt: cause.time, reason: "opened"))
        try publish(change, cause: cause, ordinal: 0, &effects)
    }

    /// Sets when it is settled whether a case that was just opened repeats a known matter.
    mutating func settle(_ id: EventID, at due: Instant) {
        settle(
            id, at: due,
            DueTimer.Cause(id: lastEvent(of: id)?.id ?? "", correlation: lastEvent(of: id)?.correlation ?? ""))
    }

    mutating func settle(_ id: EventID, at due: Instant, _ cause: DueTimer.Cause) {
        let key = DueTimer.Key(subject: id, kind: DispatchCommand.settleKind)
        settlements.append(
            DueTimer(key: key, shard: entries[id]?.state.timerShard, due: due, version: 1, cause: cause))
    }

    /// All deadlines of a case are by the policy of that number, whether they have moved or not.
    mutating func stamp(_ id: EventID, _ number: Int32) { entries[id]?.stamp = number }

    private func lastEvent(of id: EventID) -> (id: String, correlation: String)? {
        entries[id]?.last.map { ($0.event.description, $0.correlation) }
    }

    /// Applies a change to its case, and publishes it.
    mutating func record(
        _ change: CaseChange, cause: EventEnvelope, ordinal: Int, _ policy: CasePolicy, _ effects: inout Effects
    ) throws {
        let before = entries[change.payload.case]?.state
        entries[change.payload.case]?.state.apply(change, at: cause.time, policy)
        if let before { questions.add(change, on: before, at: cause.time, by: cause.actor) }
        var change = change
        if case .noShowWithdrawn(var event) = change {
            event.missed = noShows[NoShowKey(event.whistle, event.department)]
            change = .noShowWithdrawn(event)
        }
        try publish(change, cause: cause, ordinal: ordinal, &effects)
        if case .missed(let event) = change {
            noShows[NoShowKey(event.whistle, event.department)] = history.last?.event
        }
    }

    private mutating func publish(
        _ change: CaseChange, cause: EventEnvelope, ordinal: Int, _ effects: inout Effects
    ) throws {
        func publish<Payload: CaseEvent>(_ payload: Payload) throws -> HistoryRow {
            let event = Event(payload, by: .dispatch, causedBy: cause, recordedAt: recordedAt, ordinal: ordinal)
            return HistoryRow(event, data: try effects.publish(event))
        }
        let row = try publish(change.payload)
        entries[row.matter]?.last = (row.event, row.correlation)
        history.append(row)
    }

    /// Adds the rows and clocks of all that changed; lock order is cases, then timers.
    func write(to effects: inout Effects) {
        let changed = entries.values.filter { $0.storedVersion != $0.state.version }.sorted {
            $0.state.id < $1.state.id
        }
        let opened = changed.filter { $0.storedVersion == nil }
        let moved = changed.filter { $0.storedVersion != nil }
        let stamped = entries.values.filter { $0.stamp != nil && $0.storedVersion == $0.state.version }
        CaseRows.insert(opened.map { ($0.state, $0.text ?? "", $0.stamp ?? 0) }, recordedAt, &effects)
        CaseRows.update(
            (moved + stamped).map { entry in
                CaseRows.Update(
                    state: entry.state, storedVersion: entry.storedVersion ?? 0, stamp: entry.stamp,
                    // By an older policy than the one of before it has to be looked at again.
                    stampAtMost: entry.deadlinesBefore == entry.state.ownDeadlines ? nil : policy)
            }, &effects)
        SearchRow.move(moved.filter { $0.storedUnit != $0.state.unit }.map(\.state), &effects)
        MatterInputRow.insert(inputs, &effects)
        HistoryRow.insert(history, &effects)
        questions.write(&effects)
        AttendanceRows.store(
            changed.filter { $0.state.whistle != $0.whistleBefore }.compactMap { entry in
                entry.state.whistle.map { (entry.state, $0) }
            }, &effects)
        for timer in settlements { effects.set(timer) }
        for entry in changed { windClocks(entry, &effects) }
    }

    /// Clocks follow from the state: those that are gone are cancelled, those that are new are set.
    private func windClocks(_ entry: Entry, _ effects: inout Effects) {
        let state = entry.state
        let wanted = state.clocks
        let last = lastEvent(of: state.id)
        let cause = DueTimer.Cause(id: last?.id ?? "", correlation: last?.correlation ?? "")
        for clock in entry.clocksBefore.subtracting(wanted) {
            // One of the same kind and number that is due later is set below and takes this one's place.
            guard !wanted.contains(where: { $0.kind == clock.kind && $0.ordinal == clock.ordinal }) else { continue }
            effects.cancel(clock.key(of: state.id))
        }
        if state.status == .closed {
            effects.cancel(DueTimer.Key(subject: state.id, kind: DispatchCommand.settleKind))
        }
        for clock in wanted.subtracting(entry.clocksBefore) {
            effects.set(
                DueTimer(
                    key: clock.key(of: state.id), shard: state.timerShard, due: clock.due,
                    version: Int64(state.version), cause: cause))
        }
    }
}

extension CaseClock {
    func key(of id: EventID) -> DueTimer.Key { DueTimer.Key(subject: id, kind: kind.rawValue, ordinal: ordinal) }
}

extension CaseState {
    /// Its place's: where a whole street calls, one replica settles which case the others are part of.
    fileprivate var timerShard: Int16 { Shard.of(unit.text.utf8) }

    /// What a policy says by when; those of a whistle stay as they were told.
    fileprivate var ownDeadlines: [Instant?] { [acceptBy, answerBy, resolveBy] }
}
