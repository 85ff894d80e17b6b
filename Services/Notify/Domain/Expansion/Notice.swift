import Contracts

/// One person told of one event over one channel.
struct Notice: Sendable, Hashable {
    /// Follows from the event, the person and the channel alone: however often and by whatever rule it is made, it is the
    /// same notice.
    let id: EventID
    let rule: String
    let cause: Cause
    /// The case that it is about.
    let matter: EventID?
    let recipient: Recipient
    let message: Message
    let delivery: Delivery
    /// What is left to try when this channel fails, each with its text, in order.
    let fallback: [Alternative]

    var channel: Channel { delivery.channel }

    struct Cause: Codable, Sendable, Hashable {
        let source: String
        let id: String
        let time: Instant
        let type: String
    }

    struct Alternative: Codable, Sendable, Hashable {
        let channel: Channel
        let message: Message
    }

    static func id(_ cause: Cause, _ recipient: PersonID, _ channel: Channel) -> EventID {
        EventID.derived(
            from: "\(cause.source) \(cause.id)", at: cause.time, type: "muster.notice",
            subject: "\(recipient)/\(channel.rawValue)")
    }
}

extension Notice {
    /// The notice on the next channel, where this one was not delivered on its own and there is a next one.
    ///
    /// An uncertain end is followed only where telling twice is better than perhaps never.
    func successor(after delivery: Delivery, at now: Instant, _ policy: DeliveryPolicy) -> Notice? {
        guard case .settled(let end, _) = delivery.state, let next = fallback.first, now < delivery.expires else {
            return nil
        }
        switch end {
        case .failed: break
        case .unknown where delivery.afterUnknown == .sendAgain: break
        case .unknown, .delivered, .dropped: return nil
        }
        let id = Notice.id(cause, recipient.person, next.channel)
        return Notice(
            id: id, rule: rule, cause: cause, matter: matter, recipient: recipient, message: next.message,
            delivery: Delivery(
                notice: id, channel: next.channel, isUrgent: delivery.isUrgent, afterUnknown: delivery.afterUnknown,
                expires: delivery.expires, at: now, policy),
            fallback: Array(fallback.dropFirst()))
    }
}

extension Delivery {
    /// A new delivery, to be begun as soon as the hour allows.
    init(
        notice: EventID, channel: Channel, isUrgent: Bool, afterUnknown: AfterUnknown, expires: Instant,
        at now: Instant, _ policy: DeliveryPolicy
    ) {
        self.init(
            notice: notice, channel: channel, isUrgent: isUrgent, afterUnknown: afterUnknown, expires: expires,
            state: .pending(due: now))
        if keepsQuietHours { state = .pending(due: min(policy.quietHours.release(now), expires)) }
    }
}
