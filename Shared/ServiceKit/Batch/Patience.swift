/// How long a partition still waits for what the directory may bring any moment.
///
/// A unit that comes a little late is worth a wait. A sender whose codes are wrong is not: what lies behind such a record
/// waits as well. So what was waited in vain is used up, and comes back a tenth as fast: wrong codes, however many, leave a
/// partition nine tenths of its time.
struct Patience: Sendable {
    private let limit: Duration
    private var left: Duration
    private var asOf: ContinuousClock.Instant

    init(_ limit: Duration, at now: ContinuousClock.Instant = .now) {
        self.limit = limit
        left = limit
        asOf = now
    }

    func left(at now: ContinuousClock.Instant = .now) -> Duration {
        min(limit, left + (now - asOf) / 10)
    }

    /// Nothing came, and what is known by now had to do.
    mutating func waitedInVain(_ waited: Duration, until now: ContinuousClock.Instant = .now) {
        left = max(.zero, left(at: now) - waited)
        asOf = now
    }
}
