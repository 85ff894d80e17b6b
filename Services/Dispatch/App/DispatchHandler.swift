import Contracts
import Postgres
import ServiceKit

/// Makes cases of findings and complaints, and moves them on as people and clocks say.
struct DispatchHandler: BatchHandler {
    let policy: CasePolicy

    func decide(
        _ inputs: [Input<DispatchCommand>], in session: inout Session, at now: Instant, _ effects: inout Effects
    ) throws -> [Verdict] {
        let needs = BatchNeeds(inputs)
        let directory = try needs.directory.load(in: &session)
        let decision = CaseDecision(directory: directory, policy: policy)
        let chiefs = try GridChiefs.load(needs.grids, at: now, in: &session)
        var numbers = try CaseNumbers.reserve(needs.openings, in: &session)
        var book = CaseBook(try CaseRows.load(needs.cases, in: &session), recordedAt: now)

        let verdicts = try inputs.map { input -> Verdict in
            switch input.command {
            case .finding(let finding):
                let matter = Matter(finding)
                if directory.units[finding.grid] == nil { return .early(Self.unknownUnit(finding.grid)) }
                return try open(matter, input.envelope, decision, chiefs, &numbers, &book, &effects)
            case .complaint(let complaint):
                if let refusal = refusal(of: complaint, input.envelope, directory, at: now) { return refusal }
                return try open(Matter(complaint), input.envelope, decision, chiefs, &numbers, &book, &effects)
            case .action(let action):
                return try act(action, input.envelope, decision, at: now, &book, &effects)
            case .clock(let clock, let id):
                guard let state = book.state(of: id) else { return .taken(result: nil) }
                for (ordinal, change) in decision.decide(clock, on: state).enumerated() {
                    try book.record(change, cause: input.envelope, ordinal: ordinal, policy, &effects)
                }
                return .taken(result: id)
            }
        }
        book.write(to: &effects)
        return verdicts
    }

    private func open(
        _ matter: Matter, _ envelope: EventEnvelope, _ decision: CaseDecision, _ chiefs: GridChiefs,
        _ numbers: inout CaseNumbers, _ book: inout CaseBook, _ effects: inout Effects
    ) throws -> Verdict {
        let triage = policy.triage.triage(matter)
        let unit = decision.owningUnit(matter.unit, triage.ownerRung, at: envelope.time)
        let id = EventID.derived(
            from: "\(envelope.source) \(envelope.id)", at: envelope.time, type: "muster.case", subject: envelope.id)
        let opening = decision.open(
            matter, triage, as: id, number: numbers.next(CaseNumbers.Series(matter.unit, envelope.time)),
            chief: chiefs[unit], envelope)
        try book.open(opening.state, opening.change, matter, cause: envelope, &effects)
        return .taken(result: id)
    }

    private func act(
        _ action: CaseAction, _ envelope: EventEnvelope, _ decision: CaseDecision, at now: Instant,
        _ book: inout CaseBook, _ effects: inout Effects
    ) throws -> Verdict {
        if let refusal = Admission.refusal(ofSource: envelope.source, type: envelope.type, in: decision.directory)
            ?? Admission.refusal(of: envelope.time, at: now)
        {
            return .refused(refusal)
        }
        guard let state = book.state(of: action.case) else {
            return .early(Refusal(.unknownCase, "there is no such case: check its id"))
        }
        switch decision.decide(action, on: state, envelope) {
        case .failure(let refusal): return .refused(refusal)
        case .success(let changes):
            for (ordinal, change) in changes.enumerated() {
                try book.record(change, cause: envelope, ordinal: ordinal, policy, &effects)
            }
            return .taken(result: state.id)
        }
    }

    private func refusal(
        of complaint: ComplaintReceived, _ envelope: EventEnvelope, _ directory: DirectoryView, at now: Instant
    ) -> Verdict? {
        if let refusal = Admission.refusal(ofSource: envelope.source, type: envelope.type, in: directory)
            ?? Admission.refusal(of: envelope.time, at: now)
        {
            return .refused(refusal)
        }
        if let category = complaint.category, !policy.triage.knows(category) {
            return .refused(
                Refusal(.unknownCategory, "no rule knows the category: leave it out, or take one of docs/categories.md")
            )
        }
        return directory.units[complaint.place.unit] == nil ? .early(Self.unknownUnit(complaint.place.unit)) : nil
    }

    private static func unknownUnit(_ unit: UnitCode) -> Refusal {
        Refusal(.unknownUnit, "unit \(unit) is not in the directory: check the code or list it first")
    }
}
