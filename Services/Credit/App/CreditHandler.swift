import Contracts
import Postgres
import ServiceKit

/// Keeps what may earn credit, and settles accounts when it is time.
struct CreditHandler: BatchHandler {
    let rules: CreditRules
    var marks = PaceMarks()
    var portion = SettlementPortion()

    func portion(of due: [DueTimer], in session: inout Session) throws -> Int {
        try portion.count(of: due, in: &session)
    }

    func decide(
        _ inputs: [Input<CreditCommand>], in session: inout Session, at now: Instant, _ effects: inout Effects
    ) throws -> [Verdict] {
        let directory = try lookup(inputs).load(in: &session)
        let crediting = Crediting(rules: rules, directory: directory, now: now)
        var rows = CreditedRows(rules: rules, marks: marks, now: now)
        var round = SettlementRound(rules: rules, now: now)
        let verdicts = inputs.map { input in
            guard let outcome = crediting.outcome(of: input) else {
                if case .settle(let account, let pace) = input.command { round.add(account, pace) }
                return Verdict.taken(result: nil)
            }
            switch outcome {
            case .credit(let events):
                for event in events { rows.add(event) }
                return .taken(result: events.first?.id)
            case .void(let events):
                for event in events { rows.void(event) }
                return .taken(result: events.first?.id)
            case .consent(let account, let change):
                rows.add(change, of: account, input.envelope)
                return .taken(result: change.id)
            case .refuse(let refusal): return .refused(refusal)
            case .wait(let refusal): return .early(refusal)
            }
        }
        rows.write(to: &effects)
        try round.settle(in: &session, &effects)
        return verdicts
    }

    private func lookup(_ inputs: [Input<CreditCommand>]) -> DirectoryLookup {
        var lookup = DirectoryLookup()
        for input in inputs {
            switch input.command {
            case .deed(let deed):
                lookup.need(gateway: input.envelope.source)
                lookup.need(input.envelope.actor)
                lookup.need(deed.unit)
            case .hours(let hours):
                lookup.need(gateway: input.envelope.source)
                lookup.need(input.envelope.actor)
                lookup.need(hours.unit)
            case .consent: lookup.need(gateway: input.envelope.source)
            case .visit: lookup.need(input.envelope.actor)
            case .resolved(let resolved): lookup.need(resolved.by.person)
            case .rated(let rated): lookup.need(rated.settledBy.person)
            case .checkedIn, .done, .missed, .noShowWithdrawn, .settle: break
            }
        }
        return lookup
    }
}

extension Crediting {
    /// Nil for what is not about an event.
    fileprivate func outcome(of input: Input<CreditCommand>) -> Outcome? {
        switch input.command {
        case .deed(let payload): decide(payload, input.envelope, arrival: input.arrival)
        case .hours(let payload): decide(payload, input.envelope, arrival: input.arrival)
        case .consent(let payload): decide(payload, input.envelope, arrival: input.arrival)
        case .visit(let payload): decide(payload, input.envelope)
        case .resolved(let payload): decide(payload, input.envelope)
        case .rated(let payload): decide(payload, input.envelope)
        case .checkedIn(let payload): decide(payload, input.envelope)
        case .done(let payload): decide(payload, input.envelope)
        case .missed(let payload): decide(payload, input.envelope)
        case .noShowWithdrawn(let payload): decide(payload, input.envelope)
        case .settle: nil
        }
    }
}
