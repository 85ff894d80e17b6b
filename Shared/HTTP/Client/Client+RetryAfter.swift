public import FoundationEssentials

extension Client.Response {
    /// How long the server asks to wait, by `Retry-After`; nil where it says nothing that can be read.
    ///
    /// - Parameter now: what a date is counted from.
    public func retryAfter(now: Date = Date()) -> Duration? {
        headers["Retry-After"].flatMap { RetryAfter.duration($0, now: now) }
    }
}
