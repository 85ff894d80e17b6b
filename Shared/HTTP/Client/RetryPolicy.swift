public import HTTPMessages

/// Whether and when to send a request again.
///
/// A request that may have been carried out is only sent again when a second copy does no harm (`Request.isRepeatable`).
/// One that never left, or that the server refused unseen (429, or 503 with `Retry-After`), always may be.
public struct RetryPolicy: Sendable, Equatable {
    /// The first one included.
    public var attempts: Int
    /// The wait before attempt n+1 is drawn evenly from 0 to `base` times 2 to the power of n-1, at most `cap`. Drawn from 0,
    /// or clients that failed together would come back together (full jitter).
    public var base: Duration
    public var cap: Duration
    /// Answers worth another attempt.
    public var statuses: Set<Status>
    /// A server that asks in `Retry-After` for more patience than this gets no further attempt: its answer is the result.
    public var retryAfterLimit: Duration

    public init(
        attempts: Int, base: Duration = .milliseconds(100), cap: Duration = .seconds(5),
        statuses: Set<Status> = [429, 502, 503, 504], retryAfterLimit: Duration = .seconds(30)
    ) {
        precondition(attempts >= 1 && base >= .zero && cap >= base)
        self.attempts = attempts
        self.base = base
        self.cap = cap
        self.statuses = statuses
        self.retryAfterLimit = retryAfterLimit
    }

    public static let never = RetryPolicy(attempts: 1)
    /// Four attempts over at most a second of waiting, unless the server asks for more.
    public static let standard = RetryPolicy(attempts: 4)
}

extension RetryPolicy {
    /// How an attempt ended.
    enum Outcome {
        case failed(ClientError)
        case answered(Status, retryAfter: Duration?)
    }

    /// How long to wait before the next attempt; nil for none.
    ///
    /// - Parameters:
    ///   - attempt: number of the one that ended, from 1.
    ///   - isRepeatable: whether a second copy does no harm.
    ///   - jitter: evenly drawn from 0 to 1.
    func wait(after outcome: Outcome, attempt: Int, isRepeatable: Bool, jitter: Double) -> Duration? {
        guard attempt < attempts else { return nil }
        let backoff = min(cap, base * (1 << min(attempt - 1, 20))) * jitter
        switch outcome {
        case .failed(let error):
            return error.isRetryable && (isRepeatable || !error.wasSent) ? backoff : nil
        case .answered(let status, let retryAfter):
            let wasRefusedUnseen = status == 429 || (status == 503 && retryAfter != nil)
            guard statuses.contains(status), isRepeatable || wasRefusedUnseen else { return nil }
            guard let retryAfter else { return backoff }
            return retryAfter <= retryAfterLimit ? max(retryAfter, backoff) : nil
        }
    }
}
