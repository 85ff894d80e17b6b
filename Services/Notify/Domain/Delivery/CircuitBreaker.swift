import Contracts

/// Stops knocking at a door that nobody opens: after some failures in a row nothing is sent for a while, then one
/// attempt alone, and all the others only when that one succeeds.
struct CircuitBreaker: Sendable, Hashable {
    enum State: Codable, Sendable, Hashable {
        /// All may go. To `open` when failures in a row reach the threshold.
        case closed(failures: Int)
        /// None may go until then. To `probing` with the first that comes after.
        case open(until: Instant)
        /// One is under way. To `closed` when it succeeds, to `open` when it fails; should nobody ever hear of it, the
        /// next may go at that instant.
        case probing(until: Instant)
    }

    let threshold: Int
    let cooldown: Duration
    private(set) var state: State

    init(threshold: Int = 5, cooldown: Duration = .minutes(1), state: State = .closed(failures: 0)) {
        precondition(threshold > 0 && cooldown > .zero)
        self.threshold = threshold
        self.cooldown = cooldown
        self.state = state
    }

    /// Nil: one may go. Else when to ask again.
    func wait(at now: Instant) -> Instant? {
        switch state {
        case .closed: nil
        case .open(let until), .probing(let until): now < until ? until : nil
        }
    }

    /// Nil: go. Else what `wait` says.
    mutating func admit(at now: Instant) -> Instant? {
        if let wait = wait(at: now) { return wait }
        if case .closed = state { return nil }
        state = .probing(until: now + cooldown)
        return nil
    }

    mutating func succeeded() { state = .closed(failures: 0) }

    mutating func failed(at now: Instant) {
        switch state {
        case .closed(let failures) where failures + 1 < threshold: state = .closed(failures: failures + 1)
        case .closed, .probing: state = .open(until: now + cooldown)
        // The answer to something that was sent before it opened.
        case .open: break
        }
    }
}
