import Contracts

/// A way to reach people.
typealias Channel = NoticeSettled.Channel

extension Channel {
    /// Whether it makes a phone ring or light up. Such a channel keeps the quiet hours.
    var disturbs: Bool { self == .wecom || self == .sms }

    /// Whether the other side knows a notice again by its id, so that sending twice tells nobody twice: the inbox by its
    /// key, a webhook by `webhook-id`, an SMS gateway by `Idempotency-Key`. A WeCom robot has no such handle.
    var recognisesRepeats: Bool { self != .wecom }

    /// Whether the recipient alone reads it. A robot speaks to a whole group, and a text message passes through other
    /// hands and lies open on a locked phone.
    var isPrivate: Bool { self == .inbox || self == .webhook }
}
