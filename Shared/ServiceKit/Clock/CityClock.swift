public import Contracts
import Glibc
import Threads

/// City time: when things happen and are due. The wall clock, or what the stepped clock was last set to.
///
/// Not for leases, tokens and time-outs, which are machine time.
public final class CityClock: Sendable {
    private let stepped: Lock<Instant?>?
    /// Added to the wall clock; for tests of replicas that disagree.
    private let offset: Duration

    private init(stepped: Lock<Instant?>?, offset: Duration) {
        self.stepped = stepped
        self.offset = offset
    }

    public static func wall(offset: Duration = .zero) -> CityClock { CityClock(stepped: nil, offset: offset) }

    /// Stands still until it is set.
    public static func stepped(at instant: Instant? = nil) -> CityClock {
        CityClock(stepped: Lock(instant), offset: .zero)
    }

    public var isStepped: Bool { stepped != nil }

    /// Nothing before the stepped clock's first record may be decided; `isSet` says whether that has come.
    public var isSet: Bool { stepped?.withLock { $0 != nil } ?? true }

    public func now() -> Instant {
        if let stepped { return stepped.withLock { $0 } ?? Instant(milliseconds: 0) }
        return MachineClock.now() + offset
    }

    /// Moves a stepped clock forward; it never goes back.
    public func set(_ instant: Instant) {
        stepped?.withLock { known in known = max(known ?? instant, instant) }
    }
}

/// Machine time as an instant, for what is always real: tokens, the ids of our own things, logs.
public enum MachineClock {
    public static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
