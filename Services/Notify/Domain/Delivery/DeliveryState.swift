import Contracts

/// Where the telling of a notice stands.
enum DeliveryState: Sendable, Hashable {
    /// Waits. To `sending` by a claim that is due; to `settled` when it expires or is moot.
    ///
    /// `due` is city time.
    case pending(due: Instant)
    /// Somebody is at it. To `settled` or `pending` by the outcome, or when the lease lapses.
    ///
    /// `lease` is machine time, by the database's clock.
    case sending(lease: Instant)
    /// Over. Never left.
    case settled(NoticeSettled.State, SendReason?)
}

/// What to do when nobody knows whether a notice arrived, on a channel that does not recognise repeats.
enum AfterUnknown: String, Choice {
    /// Better twice than never.
    case sendAgain = "send-again"
    /// Better perhaps never than twice: it is left to a person.
    case markUnknown = "mark-unknown"
}

/// A notice on its way over one channel.
struct Delivery: Sendable, Hashable {
    let notice: EventID
    let channel: Channel
    /// Ignores the quiet hours.
    let isUrgent: Bool
    let afterUnknown: AfterUnknown
    /// From then on it is not worth telling any more; city time.
    let expires: Instant

    var state: DeliveryState
    /// How often it was claimed. An outcome names the claim that it belongs to.
    var attempt = 0
    /// Attempts that count towards the end of trying.
    var failures = 0
    /// Some attempt ended without an answer: whatever happens now, it is not certain that nobody was told.
    var mayHaveArrived = false

    init(
        notice: EventID, channel: Channel, isUrgent: Bool, afterUnknown: AfterUnknown, expires: Instant,
        state: DeliveryState
    ) {
        self.notice = notice
        self.channel = channel
        self.isUrgent = isUrgent
        self.afterUnknown = afterUnknown
        self.expires = expires
        self.state = state
    }

    var keepsQuietHours: Bool { channel.disturbs && !isUrgent }
}

/// What happens to a delivery.
enum DeliveryEvent: Sendable, Hashable {
    /// A sender wants it.
    ///
    /// - `at`: city time.
    /// - `lease`: until when the sender has it, machine time.
    case claimed(at: Instant, lease: Instant)
    /// Its time is over before it was sent; city time.
    case expired(at: Instant)
    /// A send ended.
    ///
    /// - `attempt`: as it was after the claim.
    /// - `at`: city time.
    case ended(SendOutcome, attempt: Int, at: Instant)
    /// The sender did not report before its lease ended: it is dead, or cut off.
    case leaseLapsed(attempt: Int, at: Instant)
    /// Something happened that makes it pointless.
    case mooted
}
