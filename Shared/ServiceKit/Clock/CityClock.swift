public import Contracts
import Failpoints
import Glibc
import Threads

/// City time: when things happen and are due. The wall clock, or what the stepped clock was last set to.
///
/// Not for leases, tokens and time-outs, which are machine time.
public final class CityClock: Sendable {
    public enum Kind: Sendable {
        /// - Parameter offset: added to the wall clock, for tests of replicas that disagree.
        case wall(offset: Duration)
        /// Stands still until it is set.
        case stepped
    }

    private let kind: Kind
    private let steppedTo = Lock<Instant?>(nil)

    public init(_ kind: Kind) { self.kind = kind }

    public var isStepped: Bool {
        if case .stepped = kind { true } else { false }
    }

    /// Nothing may be decided before the stepped clock's first record has come.
    public var isSet: Bool { !isStepped || steppedTo.withLock { $0 != nil } }

    public func now() -> Instant {
        switch kind {
        case .wall(let offset): MachineClock.now() + offset
        case .stepped: steppedTo.withLock { $0 } ?? Instant(milliseconds: 0)
        }
    }

    /// What the city's time was at an instant of the wall clock: nil where it is stepped, since then the two have nothing to do with
    /// each other.
    public func time(atMachineTime instant: Instant) -> Instant? {
        if case .wall(let offset) = kind { instant + offset } else { nil }
    }

    /// Moves a stepped clock forward; it never goes back.
    public func set(_ instant: Instant) {
        steppedTo.withLock { known in known = max(known ?? instant, instant) }
    }
}

/// Machine time as an instant, for what is always real: tokens, the ids of our own things, logs.
public enum MachineClock {
    public static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(
            milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000 + FaultClock.milliseconds)
    }
}
