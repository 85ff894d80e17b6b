import Contracts

/// At most so many in any stretch of time of a given length, wherever it begins.
///
/// Stricter than a count per minute of the clock, which lets twice as many through around the full minute: what the
/// other side counts by is not always published, and this holds either way.
struct SlidingWindow: Sendable, Hashable {
    let limit: Int
    let span: Duration
    /// When each of the last `limit` was admitted, oldest first.
    private(set) var admitted: [Instant]

    /// - Parameter admitted: of before, oldest first.
    init(limit: Int, per span: Duration, admitted: [Instant] = []) {
        precondition(limit > 0 && span > .zero)
        self.limit = limit
        self.span = span
        self.admitted = admitted.suffix(limit)
    }

    /// Nil: there is room. Else the first instant at which there is.
    func wait(at now: Instant) -> Instant? {
        guard admitted.count == limit, let oldest = admitted.first, now < oldest + span else { return nil }
        return oldest + span
    }

    /// Nil: go, it is counted. Else what `wait` says, and nothing is counted.
    mutating func admit(at now: Instant) -> Instant? {
        if let wait = wait(at: now) { return wait }
        if admitted.count == limit { admitted.removeFirst() }
        admitted.append(now)
        return nil
    }
}
