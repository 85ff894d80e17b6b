/// Which of the timers that are due are taken at once.
///
/// A batch stands or falls as a whole. Where it falls because somebody else moved one of its subjects on, or because one timer
/// cannot be acted on at all, half of it is tried next, down to one alone; what succeeds doubles it again.
struct TimersTaken: Sendable {
    private let most: Int
    private(set) var limit: Int
    private var aside: [DueTimer.Key: ContinuousClock.Instant] = [:]

    /// How long a timer that cannot be acted on lets the others go first.
    static let rest = Duration.seconds(60)
    static let mostAside = 16

    init(most: Int) {
        self.most = most
        limit = most
    }

    /// How many rows have to be read to find that many.
    var rows: Int { limit + aside.count }

    func taken(of due: [DueTimer], at now: ContinuousClock.Instant = .now) -> [DueTimer] {
        Array(due.lazy.filter { timer in aside[timer.key].map { $0 <= now } ?? true }.prefix(limit))
    }

    mutating func succeeded() { limit = min(most, limit * 2) }

    /// - Returns: false where it was one alone already.
    @discardableResult
    mutating func shrink() -> Bool {
        defer { limit = max(1, limit / 2) }
        return limit > 1
    }

    /// - Returns: false where too many are set aside already: then something is wrong with more than a timer.
    mutating func setAside(_ timer: DueTimer.Key, at now: ContinuousClock.Instant = .now) -> Bool {
        aside = aside.filter { $0.value > now }
        guard aside.count < Self.mostAside else { return false }
        aside[timer] = now + Self.rest
        return true
    }
}
