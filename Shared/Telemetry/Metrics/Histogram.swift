import Threads

/// Counts observations by size, in buckets fixed at the start. An observation takes a lock for a few additions, so that
/// a scrape never sees a sum that does not belong to its counts.
public final class Histogram: Sendable {
    /// The upper bounds of buckets, the one without bound left out.
    public struct Buckets: Hashable, Sendable {
        let bounds: [Double]

        /// - Parameter bounds: finite, in rising order, at least one.
        public init(_ bounds: [Double]) {
            precondition(
                !bounds.isEmpty && bounds.allSatisfy(\.isFinite) && zip(bounds, bounds.dropFirst()).allSatisfy(<),
                "bucket bounds are finite and rise")
            self.bounds = bounds
        }

        /// From a millisecond to 10 seconds: requests, statements, batches.
        public static let seconds = Buckets([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])
        /// From a second to a day: how late something is.
        public static let lateness = Buckets([1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400])
        /// From 1 to 10,000: how many at once.
        public static let counts = Buckets([1, 5, 10, 50, 100, 500, 1000, 5000, 10_000])
    }

    /// What was observed up to a moment.
    public struct Snapshot: Equatable, Sendable {
        /// Observations in each bucket alone (not cumulative); the last one is that without bound.
        public var counts: [UInt64]
        public var sum: Double

        public var count: UInt64 { counts.reduce(0, +) }
    }

    let buckets: Buckets
    private let state: Lock<Snapshot>

    init(_ buckets: Buckets) {
        self.buckets = buckets
        state = Lock(Snapshot(counts: Array(repeating: 0, count: buckets.bounds.count + 1), sum: 0))
    }

    /// What is not a number is not counted: it would spoil the sum for good.
    public func observe(_ value: Double) {
        guard !value.isNaN else { return }
        let index = buckets.bounds.firstIndex { value <= $0 } ?? buckets.bounds.count
        state.withLock { state in
            state.counts[index] += 1
            state.sum += value
        }
    }

    /// In seconds.
    public func observe(_ duration: Duration) {
        observe(duration / .seconds(1))
    }

    public var snapshot: Snapshot { state.withLock { $0 } }

    var sample: Sample.Value { .histogram(buckets, snapshot) }
}
