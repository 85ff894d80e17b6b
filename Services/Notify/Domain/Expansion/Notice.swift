import Contracts

/// One person told of one event over one channel.
struct Notice: Sendable, Hashable {
    /// Follows from the event, the person and the channel alone: however often and by whatever rule it is made, it is the
    /// same notice.
    let id: EventID
    let origin: Origin
    let message: Message
    let delivery: Delivery
    /// What is left to try when this channel fails, each with its text, in order.
    let fallback: [Alternative]

    var channel: Channel { delivery.channel }
    var recipient: Recipient { origin.recipient }

    /// Who is told of what, and by which rule: what notices on all channels have in common.
    struct Origin: Sendable, Hashable {
        let rule: String
        let cause: Cause
        /// The case that it is about.
        let matter: EventID?
        let recipient: Recipient
    }

    /// The event that it tells of.
    struct Cause: Sendable, Hashable {
        let source: String
        let id: String
        let type: String
        let time: Instant
        let correlation: String
    }

    struct Alternative: Codable, Sendable, Hashable {
        let channel: Channel
        let message: Message
    }

    init(_ origin: Origin, _ message: Message, _ delivery: Delivery, fallback: [Alternative]) {
        id = delivery.notice
        self.origin = origin
        self.message = message
        self.delivery = delivery
        self.fallback = fallback
    }

    static func id(_ cause: Cause, _ recipient: PersonID, _ channel: Channel) -> EventID {
        EventID.derived(
            from: "\(cause.source) \(cause.id)", at: cause.time, type: "muster.notice",
            subject: "\(recipient)/\(channel.rawValue)")
    }
}

extension Notice {
    /// The notice on the next channel, where the one before was not delivered and there is a next one.
    ///
    /// An uncertain end is followed only where telling twice is better than perhaps never.
    static func successor(
        of delivery: Delivery, _ origin: Origin, fallback: [Alternative], at now: Instant, _ policy: DeliveryPolicy
    ) -> Notice? {
        guard case .settled(let end, _) = delivery.state, let next = fallback.first, now < delivery.expires else {
            return nil
        }
        switch end {
        case .failed: break
        case .unknown where delivery.afterUnknown == .sendAgain: break
        case .unknown, .delivered, .dropped: return nil
        }
        let successor = Delivery(
            notice: id(origin.cause, origin.recipient.person, next.channel), channel: next.channel,
            isUrgent: delivery.isUrgent, afterUnknown: delivery.afterUnknown, expires: delivery.expires, at: now, policy
        )
        return Notice(origin, next.message, successor, fallback: Array(fallback.dropFirst()))
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
