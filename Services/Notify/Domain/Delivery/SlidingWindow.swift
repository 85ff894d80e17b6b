import Contracts

/// At most so many in any stretch of time of a given length, wherever it begins.
///
/// Stricter than a count per minute of the clock, which lets twice as many through around the full minute: what the
/// other side counts by is not always published, and this holds either way.
struct SlidingWindow: Sendable, Hashable {
    let limit: Int
    let span: Duration
    /// When each of the last `limit` was admitted, oldest first.
    private var admitted: [Instant] = []

    /// - Parameter recent: when others were sent before this value was made, in order.
    init(limit: Int, per span: Duration, recent: [Instant] = []) {
        precondition(limit > 0 && span > .zero)
        self.limit = limit
        self.span = span
        admitted = recent.suffix(limit)
    }

    /// Nil: go, it is counted. Else the first instant at which there is room, and nothing is counted.
    mutating func admit(at now: Instant) -> Instant? {
        if let wait = roomAt(now) { return wait }
        if admitted.count == limit { admitted.removeFirst() }
        admitted.append(now)
        return nil
    }

    /// What `admit` would say.
    func roomAt(_ now: Instant) -> Instant? {
        guard admitted.count == limit, let oldest = admitted.first, now < oldest + span else { return nil }
        return oldest + span
    }
}
