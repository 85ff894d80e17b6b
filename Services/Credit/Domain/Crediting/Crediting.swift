import Contracts

/// Turns what credit is told into events that the rules may reward: pure, from the input, the rules and the directory.
struct Crediting: Sendable {
    let rules: CreditRules
    let directory: DirectoryView
    let now: Instant

    enum Outcome: Sendable, Equatable {
        /// Kept; none where no rule concerns it.
        case credit([CreditedEvent])
        /// Events of before that turn out not to have been: what they earned or cost is taken back.
        case void([CreditedEvent])
        case consent(Account, Consent.Change)
        case refuse(Refusal)
        /// The directory does not know a unit or a person yet, and may any moment.
        case wait(Refusal)
    }

    /// One event for each item of the trigger that is for this kind of subject, by the version of the event's time.
    func events(
        _ trigger: CreditItem.Trigger, for subject: Subject, quantity: Int, at unit: UnitCode, _ envelope: EventEnvelope
    ) -> [CreditedEvent] {
        let items = rules.version(at: envelope.time)?.items(for: trigger) ?? []
        return items.filter { $0.isInForce && $0.subjects.contains(subject.kind) }.map {
            CreditedEvent(
                id: envelope.creditID, subject: subject, item: $0.code, occurredAt: envelope.time, quantity: quantity,
                unit: unit, cause: envelope.cause)
        }
    }
}

extension EventEnvelope {
    var cause: Cause { Cause(source: source, id: id, correlation: correlationID) }

    /// The id of what credit makes of an input: the same however often it comes.
    var creditID: EventID {
        EventID.derived(from: "\(source) \(id)", at: time, type: "muster.credit.event", subject: id)
    }
}
