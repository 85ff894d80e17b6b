/// How an attempt to send ended, as far as anybody can tell.
enum SendOutcome: Sendable, Hashable {
    case delivered
    /// This notice will never be taken by this channel.
    case refused(SendReason)
    /// Not taken this time.
    ///
    /// - `after`: how long the other side asked us to wait, where it did.
    case retry(SendReason, after: Duration? = nil)
    /// Not taken because we send too much: all that goes the same way waits, and the notice is not to blame.
    case limited(SendReason, wait: Duration)
    /// It may have been taken or not: the answer is missing, or says neither.
    case unknown(SendReason)
}

/// Why, in words of our own.
///
/// It goes into rows, logs and metrics, so it can't be made of what another server answered: that may quote a person.
struct SendReason: Sendable, Hashable, CustomStringConvertible {
    let description: String

    /// - Parameter code: a status or an error code of the channel's.
    init(_ word: StaticString, code: Int? = nil) {
        description = code.map { "\(word) \($0)" } ?? "\(word)"
    }

    /// - Parameter listed: a code as the channel's own table lists it.
    init(_ word: StaticString, listed code: String) { description = "\(word) \(code)" }
}
