import Threads

/// The series of one family: an instrument for each combination of label values.
///
///     let taken = metrics.counter("muster_inputs", help: "Inputs taken.", labels: ["topic", "outcome"])
///     taken("intake.visits", "known").increment()
///
/// Finding a series takes a lock; on a hot path keep the instrument.
public final class Labelled<Instrument: Sendable>: Sendable {
    /// A family has at most so many series; what comes later is counted under `other`. A label that grows without bound
    /// (an id, a path) would otherwise eat the memory of this process and of whoever scrapes it.
    public static var maximumSeries: Int { 1000 }

    private let names: Int
    private let make: @Sendable () -> Instrument
    private let series = Lock<[[String]: Instrument]>([:])

    init(names: Int, make: @escaping @Sendable () -> Instrument) {
        self.names = names
        self.make = make
    }

    /// - Parameter values: one for each label, in the order of the family's labels.
    public func callAsFunction(_ values: String...) -> Instrument {
        instrument(values)
    }

    func instrument(_ values: [String]) -> Instrument {
        precondition(values.count == names, "the family has \(names) labels, not \(values.count)")
        return series.withLock { series in
            if let known = series[values] { return known }
            let key = series.count < Self.maximumSeries ? values : Array(repeating: "other", count: names)
            if let known = series[key] { return known }
            let made = make()
            series[key] = made
            return made
        }
    }

    var all: [(labels: [String], instrument: Instrument)] {
        series.withLock { series in series.map { ($0.key, $0.value) } }
    }
}
