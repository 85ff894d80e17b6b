import Threads

/// The registry of a process: every metric is registered here, with its meaning, before it is used.
///
/// Registering the same family again gives the same instruments. A family that breaks the naming rules, or contradicts
/// an earlier one of its name, stops the process: it is a fault of the program, found by the first test that runs it.
public final class Metrics: Sendable {
    private struct Entry: Sendable {
        let family: MetricFamily
        /// What a second registration gets.
        let instruments: any Sendable
        let collect: @Sendable () -> [Sample]
    }

    private let entries = Lock<[String: Entry]>([:])

    public init() {}

    /// Everything registered, by name: to hold documents and alert rules against.
    public var families: [MetricFamily] {
        sorted.map(\.family)
    }

    /// Every family with its series at this moment, both in a fixed order.
    func collect() -> [(family: MetricFamily, samples: [Sample])] {
        sorted.map { entry in
            (entry.family, entry.collect().sorted { $0.labels.lexicographicallyPrecedes($1.labels) })
        }
    }

    private var sorted: [Entry] {
        entries.withLock { Array($0.values) }.sorted { $0.family.name < $1.family.name }
    }

    func register<Instruments: Sendable>(
        _ family: MetricFamily, _ instruments: Instruments, collect: @escaping @Sendable (Instruments) -> [Sample]
    ) -> Instruments {
        if let violation = family.violation {
            preconditionFailure("metric \(family.name): \(violation)")
        }
        let entry = entries.withLock { entries in
            if let known = entries[family.name] { return known }
            let entry = Entry(family: family, instruments: instruments) { collect(instruments) }
            entries[family.name] = entry
            return entry
        }
        guard entry.family == family, let known = entry.instruments as? Instruments else {
            preconditionFailure("metric \(family.name) is registered already, as \(entry.family)")
        }
        return known
    }

    /// Registers a family that something else keeps; it has one owner, so a second registration is a fault.
    func register(_ family: MetricFamily, observing: @escaping @Sendable () -> [Sample]) {
        let owner = Owner()
        let registered = register(family, owner) { _ in observing() }
        precondition(registered === owner, "metric \(family.name) is registered already")
    }

    private final class Owner: Sendable {}
}
