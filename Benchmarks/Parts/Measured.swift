import Foundation

/// A pure part of a service, with all that it needs.
struct Part {
    let name: String
    /// Returns a number that what it made has a share in, and which is not 0: or the compiler could leave the part out.
    let run: () throws -> Int

    init(_ name: String, _ run: @escaping () throws -> Int) {
        self.name = name
        self.run = run
    }
}

/// How long one part takes, and how often it allocates.
struct Measured {
    let name: String
    let nanoseconds: Double
    let spread: ClosedRange<Double>
    /// Nil where nobody counts.
    let allocations: Double?

    /// The part runs a fixed number of times in each of seven rounds, of which the first is warm-up; the number is such that a
    /// round takes some hundredths of a second.
    init(_ part: Part) throws {
        name = part.name
        let body = part.run
        let clock = ContinuousClock()
        var used = 0
        var times = 16
        // Doubled until it is long enough to be measured.
        while true {
            let took = try clock.measure { for _ in 0..<times { used &+= try body() } }
            if took > .milliseconds(40) { break }
            times *= 2
        }
        var rounds: [Double] = []
        let before = Allocations.count
        for _ in 0..<6 {
            let took = try clock.measure { for _ in 0..<times { used &+= try body() } }
            rounds.append(took / .nanoseconds(1) / Double(times))
        }
        allocations = Allocations.count.map { Double($0 - (before ?? 0)) / Double(times * 6) }
        rounds.sort()
        nanoseconds = rounds[rounds.count / 2]
        spread = rounds[0]...rounds[rounds.count - 1]
        Self.sink(used)
    }

    /// What was made must be used where the compiler cannot see that it is not.
    @inline(never) private static func sink(_ value: Int) { if value == .min { print(value) } }

    var line: String {
        let counted = allocations.map { String(format: "%8.1f", $0) } ?? "       –"
        return String(format: "%9.0f ns (%.0f–%.0f)  ", nanoseconds, spread.lowerBound, spread.upperBound)
            + "\(counted) allocations  \(name)"
    }
}

/// The allocations of this thread, where `Benchmarks/Allocations` is preloaded.
enum Allocations {
    private typealias Counter = @convention(c) () -> UInt

    private static let counter: Counter? = dlsym(nil, "counted_allocations").map {
        unsafeBitCast($0, to: Counter.self)
    }

    static var count: UInt? { counter?() }
}
