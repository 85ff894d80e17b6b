import Contracts
import Postgres
import ServiceKit

/// A batch with what was loaded for it: each input is decided on the cases as those before it leave them.
struct DispatchBatch {
    private let decision: CaseDecision
    private let chiefs: GridChiefs
    private let scene: TriageScene
    private var numbers: CaseNumbers
    private let known: KnownMatters
    private let lateness: SenderLateness
    /// What cases that are computed anew are stamped with: nil where that is not for this replica, which has another policy than the
    /// one in force; only looked up where some are.
    private let numberInForce: Int32?
    /// What else is decided is stamped with.
    private let ownNumber: Int32
    private let now: Instant
    var book: CaseBook

    private var policy: CasePolicy { decision.policy }
    private var directory: DirectoryView { decision.directory }

    init(
        _ inputs: [Input<DispatchCommand>], _ handler: DispatchHandler, at now: Instant, in session: inout Session
    ) throws {
        let policy = handler.policy(at: now)
        self.now = now
        lateness = handler.lateness
        scene = try TriageScene(inputs, handler.rules, policy.calendar, in: &session)
        let needs = BatchNeeds(inputs)
        var decision = CaseDecision(directory: try needs.directory.load(in: &session), policy: policy)
        chiefs = try GridChiefs.load(needs.grids, at: now, in: &session)
        numbers = try CaseNumbers.reserve(needs.openings, in: &session)
        let cases = try CaseRows.load(needs.cases, in: &session)
        ownNumber = handler.policyNumber.of(rules: policy.triage.version)
        book = CaseBook(cases, recordedAt: now, policy: ownNumber)
        if needs.hasSplits {
            book.add(try CaseRows.load(Set(cases.compactMap(\.joinedTo)).subtracting(needs.cases), in: &session))
        }
        if needs.hasNoShows {
            let awaited = cases.flatMap { $0.openWhistle?.parts ?? [] }.filter(\.isAwaited).map(\.department)
            decision.heads = try WhistlePeople.heads(of: Set(awaited), at: now, in: &session)
        }
        if needs.mayWithdrawNoShows { book.add(try WhistlePeople.noShows(of: cases, in: &session)) }
        if needs.callsByCategory { decision.callable = try WhistlePeople.departments(in: &session) }
        let settled = cases.filter { needs.settled.contains($0.id) && $0.isOpen }
        known = try KnownMatters(for: settled, since: policy.reachOfRepeats, in: &session)
        book.add(known.cases)
        let last = needs.hasReschedules ? try PolicyInForce.last(in: &session) : nil
        numberInForce = last.flatMap { $0.fingerprint == policy.fingerprint ? $0.number : nil }
        self.decision = decision
    }

    mutating func decide(_ input: Input<DispatchCommand>, _ effects: inout Effects) throws -> Verdict {
        switch input.command {
        case .finding(let finding):
            let matter = Matter(finding)
            if directory.units[finding.grid] == nil { return .early(Self.unknownUnit(finding.grid)) }
            return try open(matter, input.envelope, &effects)
        case .complaint(let complaint):
            if let refusal = refusal(of: complaint, input.envelope, input.arrival) { return refusal }
            return try open(Matter(complaint), input.envelope, &effects)
        case .action(let action):
            return try act(action, input.envelope, input.arrival, &effects)
        case .clock(let clock, let id):
            guard let state = book.state(of: id) else { return .taken(result: nil) }
            try record(decision.decide(clock, on: state), input.envelope, &effects)
            return .taken(result: id)
        case .reschedule(let id):
            try reschedule(id, input.envelope, &effects)
            return .taken(result: id)
        case .unclear(let refusal):
            // It may name cases, which is for gateways that may carry messages.
            let (source, type) = (input.envelope.source, input.envelope.type)
            return .refused(Admission.refusal(ofSource: source, type: type, in: directory) ?? refusal)
        case .chat: return .refused(ChatLookup.unread)
        case .settle(let id):
            try settle(id, input.envelope, &effects)
            return .taken(result: id)
        }
    }

    private mutating func record(
        _ changes: [CaseChange], _ cause: EventEnvelope, _ effects: inout Effects
    ) throws {
        for (ordinal, change) in changes.enumerated() {
            try book.record(change, cause: cause, ordinal: ordinal, policy, &effects)
        }
    }

    /// Computes a case's deadlines anew. A replica that was started with a former calendar leaves that to the others, a minute later.
    private mutating func reschedule(_ id: EventID, _ envelope: EventEnvelope, _ effects: inout Effects) throws {
        guard let state = book.state(of: id), state.isOpen else { return }
        guard let numberInForce else {
            let cause = DueTimer.Cause(id: envelope.causationID ?? "", correlation: envelope.correlationID)
            return effects.set(
                DueTimer(
                    key: DueTimer.Key(subject: id, kind: PolicyWatch.timerKind), due: now + .seconds(60), version: 1,
                    cause: cause))
        }
        try record(decision.reschedule(state, at: envelope.time), envelope, &effects)
        book.stamp(id, numberInForce)
    }

    private static func unknownUnit(_ unit: UnitCode) -> Refusal {
        Refusal(.unknownUnit, "unit \(unit) is not in the directory: check the code or list it first")
    }
}

// MARK: Opening

extension DispatchBatch {
    private mutating func open(
        _ matter: Matter, _ envelope: EventEnvelope, _ effects: inout Effects
    ) throws -> Verdict {
        let triage = scene.triage(matter, envelope, directory)
        let unit = decision.owningUnit(matter.unit, triage.ownerRung, at: envelope.time)
        let id = EventID.derived(
            from: "\(envelope.source) \(envelope.id)", at: envelope.time, type: "muster.case", subject: envelope.id)
        let opening = decision.open(
            matter, triage, as: id, number: numbers.next(CaseNumbers.Series(matter.unit, envelope.time)),
            chief: chiefs[unit], envelope)
        // One that comes late has the limits of the rules of its day, and is computed anew like those that came in time.
        let isPresent = scene.rules(for: envelope).version == policy.triage.version
        try book.open(
            opening.state, opening.change, matter, cause: envelope, policy: isPresent ? ownNumber : 0, &effects)
        if policy.joining.covers(triage.category, matter.unit) {
            book.settle(id, at: policy.joining.settleAt(max(now, envelope.time)))
        }
        return .taken(result: id)
    }

    private func refusal(
        of complaint: ComplaintReceived, _ envelope: EventEnvelope, _ arrival: Instant?
    ) -> Verdict? {
        if let refusal = Admission.refusal(ofSource: envelope.source, type: envelope.type, in: directory)
            ?? Admission.refusal(of: envelope.time, arrival: arrival, at: now)
        {
            return .refused(refusal)
        }
        if let category = complaint.category, !scene.rules(for: envelope).knows(category) {
            return .refused(
                Refusal(.unknownCategory, "no rule knows the category: leave it out, or take one of docs/categories.md")
            )
        }
        return directory.units[complaint.place.unit] == nil ? .early(Self.unknownUnit(complaint.place.unit)) : nil
    }
}

// MARK: Acting

extension DispatchBatch {
    private mutating func act(
        _ action: CaseAction, _ envelope: EventEnvelope, _ arrival: Instant?, _ effects: inout Effects
    ) throws -> Verdict {
        if let refusal = Admission.refusal(ofSource: envelope.source, type: envelope.type, in: directory)
            ?? Admission.refusal(of: envelope.time, arrival: arrival, at: now)
        {
            return .refused(refusal)
        }
        guard let state = book.state(of: action.case) else {
            // Whoever knows a case has its id from us, after it was stored.
            return .refused(Refusal(.unknownCase, "there is no such case: check its id"))
        }
        // When it reached us is ours to say: a sender's word for it would make any evidence early enough.
        var cause = envelope
        cause.recordedAt = now
        if action.action.isEvidence { lateness.observe(now - envelope.time, source: envelope.source) }
        let isPair = action.action == .join || action.action == .split
        if isPair, let other = (action.into ?? state.joinedTo).flatMap(book.state) {
            switch decision.decideJoining(action, on: state, with: other, cause) {
            case .failure(let refusal): return .refused(refusal)
            case .success(let pair): try record(pair.own + pair.other, cause, &effects)
            }
            return .taken(result: state.id)
        }
        switch decision.decide(action, on: state, cause) {
        case .failure(let refusal): return .refused(refusal)
        case .success(let changes): try record(changes, cause, &effects)
        }
        return .taken(result: state.id)
    }

    /// Joins a case to the known matter that it repeats.
    ///
    /// The other case may be another replica's, whose clocks of before run there: it is waited for them, so that what
    /// happened before comes before in its history, whichever replica was quicker.
    private mutating func settle(
        _ id: EventID, _ envelope: EventEnvelope, _ effects: inout Effects
    ) throws {
        guard let state = book.state(of: id) else { return }
        guard let (into, pair) = decision.settle(state, among: known.like(state), book.state) else { return }
        if let other = book.state(of: into), other.clocks.contains(where: { $0.due <= envelope.time }) {
            let cause = DueTimer.Cause(id: envelope.causationID ?? "", correlation: envelope.correlationID)
            return book.settle(id, at: envelope.time, cause)
        }
        try record(pair.own + pair.other, envelope, &effects)
    }
}

extension CasePolicy {
    /// How long before a report the first one of a chain of repeats may lie.
    fileprivate func reachOfRepeats(_ time: Instant) -> Instant {
        // Twice the time from one to the next, in days that may be off.
        time - (calendar.due(joining.within, after: time) - time) * 2 - .seconds(7 * 86_400)
    }
}

extension CaseActionKind {
    /// What a department says that it did, where the time decides.
    fileprivate var isEvidence: Bool { [.sign, .contact, .checkIn, .done].contains(self) }
}
