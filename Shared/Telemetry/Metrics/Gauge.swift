import Synchronization

/// A value that goes up and down. Atomic; never a lock.
public final class Gauge: Sendable {
    private let bits = Atomic<UInt64>(Double(0).bitPattern)

    public func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
    }

    public func add(_ amount: Double) {
        var seen = bits.load(ordering: .relaxed)
        while true {
            let sum = (Double(bitPattern: seen) + amount).bitPattern
            let (done, now) = bits.weakCompareExchange(expected: seen, desired: sum, ordering: .relaxed)
            if done { return }
            seen = now
        }
    }

    public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    var sample: Sample.Value { .real(value) }
}
