import Contracts

extension Crediting {
    /// Those who may vouch for what was done where they are posted, or below.
    static let reporters: Set<Role> = [
        .gridChief, .buildingChief, .unitChief, .steward, .property, .specialist, .community, .town, .city,
    ]

    func decide(_ deed: DeedReported, _ envelope: EventEnvelope, arrival: Instant? = nil) -> Outcome {
        if let outcome = admission(envelope, arrival) ?? vouching(envelope, for: deed.subject, at: deed.unit) {
            return outcome
        }
        guard let item = rules.version(at: envelope.time)?.items[deed.item], item.trigger == .deed else {
            return .refuse(
                Refusal(.unknownItem, "the rules of that day have no such item: see GET /v1/rules for what they have"))
        }
        guard item.isInForce else {
            return .refuse(Refusal(.notAllowed, "item \(item.code) is off: it must be switched on in the rules first"))
        }
        guard item.subjects.contains(deed.subject.kind) else {
            let kinds = item.subjects.map(\.rawValue).sorted().joined(separator: ", ")
            return .refuse(Refusal(.notAllowed, "item \(item.code) is for \(kinds) only: check the kind of subject"))
        }
        let quantity = deed.quantity ?? 1
        guard quantity >= item.least else {
            return .refuse(
                Refusal(
                    .overLimit, "item \(item.code) begins at \(item.least) (\(item.measure.rawValue)): send no less"))
        }
        guard (deed.evidence ?? []).count >= item.evidence.count else {
            let wanted = item.evidence.map(\.rawValue).joined(separator: ", ")
            return .refuse(Refusal(.notAllowed, "item \(item.code) needs evidence: attach \(wanted)"))
        }
        return .credit([
            CreditedEvent(
                id: envelope.creditID, subject: deed.subject, item: item.code, occurredAt: envelope.time,
                quantity: quantity, unit: deed.unit, cause: envelope.cause)
        ])
    }

    func decide(_ hours: HoursReported, _ envelope: EventEnvelope, arrival: Instant? = nil) -> Outcome {
        if let outcome = admission(envelope, arrival) ?? vouching(envelope, for: hours.subject, at: hours.unit) {
            return outcome
        }
        let events = events(.hours, for: hours.subject, quantity: hours.hours, at: hours.unit, envelope)
        if events.isEmpty {
            return .refuse(
                Refusal(.notAllowed, "the rules of that day count no hours for this kind of subject: check the kind"))
        }
        return .credit(events)
    }

    /// Only the person herself agrees to be scored; for a body, whoever the gateway lets speak for it.
    func decide(_ consent: ConsentChanged, _ envelope: EventEnvelope, arrival: Instant? = nil) -> Outcome {
        if let outcome = admission(envelope, arrival) { return outcome }
        guard let actor = envelope.actor else {
            return .refuse(Refusal(.unknownPerson, "nobody is named as the one who agrees: set ce_actor"))
        }
        guard !consent.subject.kind.isPerson || actor.text == consent.subject.id else {
            return .refuse(
                Refusal(.notAllowed, "consent is the person's own: it must be sent as the subject, not for the subject")
            )
        }
        return .consent(
            Account(consent.subject),
            Consent.Change(at: envelope.time, id: envelope.creditID, isGiven: consent.given))
    }

    private func admission(_ envelope: EventEnvelope, _ arrival: Instant?) -> Outcome? {
        let refusal =
            Admission.refusal(ofSource: envelope.source, type: envelope.type, in: directory)
            ?? Admission.refusal(of: envelope.time, arrival: arrival, at: now)
        return refusal.map { .refuse($0) }
    }

    /// Nobody vouches for herself, and nobody for what was done where she is not posted.
    private func vouching(_ envelope: EventEnvelope, for subject: Subject, at unit: UnitCode) -> Outcome? {
        guard let known = directory.units[unit] else {
            return .wait(
                Refusal(.unknownUnit, "unit \(unit) is not in the directory: check the code or list it first"))
        }
        if let retired = known.retired, retired <= envelope.time {
            return .refuse(
                Refusal(.unknownUnit, "unit \(unit) was retired before: use the unit that took its place"))
        }
        guard let actor = envelope.actor else {
            return .refuse(Refusal(.unknownPerson, "nobody is named as the one who reports: set ce_actor"))
        }
        guard !subject.kind.isPerson || actor.text != subject.id else {
            return .refuse(Refusal(.notAllowed, "nobody reports her own deeds: let whoever saw it send it"))
        }
        guard directory.postings[actor] != nil else {
            return .wait(Refusal(.unknownPerson, "the reporter is not in the directory: list the person first"))
        }
        if directory.reaches(actor, unit, as: Self.reporters, at: envelope.time) { return nil }
        return .refuse(
            Refusal(.outsideReach, "the reporter was not posted there at that time: send it as whoever was"))
    }
}
