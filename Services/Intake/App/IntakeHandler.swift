import Contracts
import Postgres
import ServiceKit

/// Stores what patrols report and publishes it; keeps the directory and publishes that.
struct IntakeHandler: BatchHandler {
    let columns: SealedColumns

    func decide(
        _ inputs: [Input<IntakeCommand>], in session: inout Session, at now: Instant, _ effects: inout Effects
    ) throws -> [Verdict] {
        let directory = try lookup(inputs).load(in: &session)
        var rows = PatrolRows(recordedAt: now, sealing: columns)
        var listed: [DirectoryChange] = []
        var history = DirectoryHistory()
        let verdicts = try inputs.map { input -> Verdict in
            switch input.command {
            case .visit(let visit):
                return try decide(visit, input, directory, at: now, &rows, &effects)
            case .finding(let finding):
                return try decide(finding, input, directory, at: now, &rows, &effects)
            case .list(let entry):
                history.add(entry)
                return try list(entry, input.envelope, at: now, &listed, &effects)
            }
        }
        // What was there before is read before it is written over.
        if let request = history.request(at: now) { effects.run(request) }
        for request in rows.requests + DirectoryRows.requests(for: listed) { effects.run(request) }
        return verdicts
    }

    private func lookup(_ inputs: [Input<IntakeCommand>]) -> DirectoryLookup {
        var lookup = DirectoryLookup()
        for input in inputs {
            lookup.need(gateway: input.envelope.source)
            lookup.need(input.envelope.actor)
            switch input.command {
            case .visit(let visit):
                lookup.need(visit.grid)
                lookup.need(visit.place.unit)
            case .finding(let finding):
                lookup.need(finding.grid)
                lookup.need(finding.place.unit)
            case .list: break
            }
        }
        return lookup
    }

    private func decide(
        _ visit: VisitReported, _ input: Input<IntakeCommand>, _ directory: DirectoryView, at now: Instant,
        _ rows: inout PatrolRows, _ effects: inout Effects
    ) throws -> Verdict {
        let envelope = input.envelope
        switch PatrolDecision(
            envelope, grid: visit.grid, unit: visit.place.unit, in: directory, arrival: input.arrival, at: now)
        {
        case .refuse(let refusal): return .refused(refusal)
        case .wait(let refusal): return .early(refusal)
        case .store: break
        }
        let id = envelope.derivedID("muster.visit")
        rows.add(visit, id: id, envelope)
        let recorded = VisitRecorded(
            visit: id, grid: visit.grid, unit: visit.place.unit, outcome: visit.outcome, minutes: visit.minutes)
        try effects.publish(Event(recorded, by: .intake, causedBy: envelope, recordedAt: now))
        for (ordinal, fact) in (visit.facts ?? []).enumerated() {
            let recorded = FactRecorded(
                grid: visit.grid, visit: id, register: fact.register, about: fact.subject, attribute: fact.attribute,
                since: fact.since ?? envelope.time)
            try effects.publish(
                Event(recorded, by: .intake, causedBy: envelope, recordedAt: now, ordinal: ordinal))
        }
        return .taken(result: id)
    }

    private func decide(
        _ finding: FindingReported, _ input: Input<IntakeCommand>, _ directory: DirectoryView, at now: Instant,
        _ rows: inout PatrolRows, _ effects: inout Effects
    ) throws -> Verdict {
        let envelope = input.envelope
        switch PatrolDecision(
            envelope, grid: finding.grid, unit: finding.place.unit, in: directory, arrival: input.arrival, at: now)
        {
        case .refuse(let refusal): return .refused(refusal)
        case .wait(let refusal): return .early(refusal)
        case .store: break
        }
        let id = envelope.derivedID("muster.finding")
        rows.add(finding, id: id, envelope)
        let recorded = FindingRecorded(
            finding: id, grid: finding.grid, place: finding.place, category: finding.category,
            severity: finding.severity, text: finding.text, evidence: finding.evidence)
        try effects.publish(Event(recorded, by: .intake, causedBy: envelope, recordedAt: now))
        return .taken(result: id)
    }

    private func list(
        _ entry: DirectoryEntry, _ envelope: EventEnvelope, at now: Instant, _ listed: inout [DirectoryChange],
        _ effects: inout Effects
    ) throws -> Verdict {
        guard let change = entry.change(at: now) else {
            return .refused(Refusal(.malformed, "the entry names no unit, person, department or gateway"))
        }
        listed.append(change)
        switch change {
        case .unit(let payload, let at):
            try effects.publish(Event(payload, by: .intake, causedBy: envelope, recordedAt: at))
        case .person(let payload, let at):
            try effects.publish(Event(payload, by: .intake, causedBy: envelope, recordedAt: at))
        case .department(let payload, let at):
            try effects.publish(Event(payload, by: .intake, causedBy: envelope, recordedAt: at))
        case .gateway(let payload, let at):
            try effects.publish(Event(payload, by: .intake, causedBy: envelope, recordedAt: at))
        }
        return .taken(result: nil)
    }
}

extension EventEnvelope {
    /// The id of what this input makes: the same however often it is sent.
    fileprivate func derivedID(_ kind: String) -> EventID {
        EventID.derived(from: "\(source) \(id)", at: time, type: kind, subject: id)
    }
}
