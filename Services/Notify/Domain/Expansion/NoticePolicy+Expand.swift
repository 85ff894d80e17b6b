import Contracts

/// What a rule made of an event. It is made once for each rule and event: a replay after a change of postings tells
/// nobody else.
struct Expansion: Sendable, Hashable {
    let rule: String
    let cause: Notice.Cause
    let notices: [Notice]
}

extension NoticePolicy {
    /// Whom to tell of an event, and what: one expansion for each rule that matches, in the order of the rules.
    ///
    /// A person hears of an event by the first rule that names them, and not again by a later one.
    ///
    /// - Parameters:
    ///   - now: city time.
    ///   - reachable: the channels on which a person can be reached.
    func expand(
        _ occasion: Occasion, in directory: NoticeDirectory, at now: Instant,
        reachable: (Recipient) -> Set<Channel>
    ) -> [Expansion] {
        let teller = Teller(
            rendering: Rendering(policy: self, directory: directory), occasion: occasion, now: now,
            delivery: DeliveryPolicy(quietHours: rules.quietHours))
        var told: Set<PersonID> = []
        return rules.rules.filter { $0.matches(occasion) }.map { rule in
            let notices = rule.recipients(of: occasion, in: directory)
                .filter { !told.contains($0.person) }
                .flatMap { teller.notices(by: rule, to: $0, over: reachable($0)) }
            told.formUnion(notices.map(\.recipient.person))
            return Expansion(rule: rule.id, cause: teller.cause, notices: notices)
        }
    }
}

/// Makes the notices of one event.
private struct Teller {
    let rendering: Rendering
    let occasion: Occasion
    let now: Instant
    let delivery: DeliveryPolicy

    var cause: Notice.Cause {
        let envelope = occasion.envelope
        return Notice.Cause(
            source: envelope.source, id: envelope.id, type: occasion.news.type, time: envelope.time,
            correlation: envelope.correlationID)
    }

    func notices(by rule: NoticeRule, to recipient: Recipient, over reachable: Set<Channel>) -> [Notice] {
        let origin = Notice.Origin(rule: rule.id, cause: cause, matter: occasion.matter?.id, recipient: recipient)
        let plan = rule.plan(reachable)
        let fallback = plan.fallback.map {
            Notice.Alternative(channel: $0, message: message(by: rule, to: recipient, on: $0))
        }
        // Counted from when it reached us: an input that came days late is news all the same.
        let expires = (occasion.envelope.recordedAt ?? occasion.envelope.time) + rule.lifetime
        return plan.first.map { channel in
            Notice(
                origin, message(by: rule, to: recipient, on: channel),
                Delivery(
                    notice: Notice.id(origin.cause, recipient.person, channel), channel: channel,
                    isUrgent: rule.isUrgent, afterUnknown: rule.afterUnknown, expires: expires, at: now, delivery),
                fallback: channel == .inbox ? [] : fallback)
        }
    }

    private func message(by rule: NoticeRule, to recipient: Recipient, on channel: Channel) -> Message {
        rendering.message(rule.template, of: occasion, to: recipient, on: channel)
    }
}
