import Synchronization

/// Counts up from 0 at the start of the process. One atomic addition; never a lock.
public final class Counter: Sendable {
    private let count = Atomic<UInt64>(0)

    public func increment(by amount: UInt64 = 1) {
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    public var value: UInt64 { count.load(ordering: .relaxed) }

    var sample: Sample.Value { .integer(value) }
}
