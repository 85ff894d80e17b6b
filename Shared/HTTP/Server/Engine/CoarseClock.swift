import Glibc
import Synchronization

/// Monotonic nanoseconds, as of the sweeper's last round.
///
/// Deadlines are only looked at once per round, so reading the real clock several times
/// per request would buy nothing.
final class CoarseClock: Sendable {
    private let nanoseconds: Atomic<UInt64>

    init() { nanoseconds = Atomic(Self.read()) }

    var now: UInt64 { nanoseconds.load(ordering: .relaxed) }

    func tick() { nanoseconds.store(Self.read(), ordering: .relaxed) }

    func deadline(in limit: Duration) -> UInt64 {
        let (seconds, attoseconds) = limit.components
        return now + UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds) / 1_000_000_000
    }

    private static func read() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
