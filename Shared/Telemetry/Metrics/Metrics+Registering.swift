extension Metrics {
    public func counter(_ name: String, help: String) -> Counter {
        counter(name, help: help, labels: []).instrument([])
    }

    /// - Parameter name: without `_total`, which the text formats add.
    public func counter(_ name: String, help: String, labels: [String]) -> Labelled<Counter> {
        let family = MetricFamily(.counter, name, help: help, labels: labels)
        return register(family, Labelled(names: labels.count) { Counter() }) { counters in
            counters.all.map { Sample(labels: $0.labels, value: $0.instrument.sample) }
        }
    }

    public func gauge(_ name: String, help: String) -> Gauge {
        gauge(name, help: help, labels: []).instrument([])
    }

    public func gauge(_ name: String, help: String, labels: [String]) -> Labelled<Gauge> {
        let family = MetricFamily(.gauge, name, help: help, labels: labels)
        return register(family, Labelled(names: labels.count) { Gauge() }) { gauges in
            gauges.all.map { Sample(labels: $0.labels, value: $0.instrument.sample) }
        }
    }

    public func histogram(_ name: String, help: String, buckets: Histogram.Buckets) -> Histogram {
        histogram(name, help: help, labels: [], buckets: buckets).instrument([])
    }

    public func histogram(
        _ name: String, help: String, labels: [String], buckets: Histogram.Buckets
    ) -> Labelled<Histogram> {
        let family = MetricFamily(.histogram, name, help: help, labels: labels, bounds: buckets.bounds)
        return register(family, Labelled(names: labels.count) { Histogram(buckets) }) { histograms in
            histograms.all.map { Sample(labels: $0.labels, value: $0.instrument.sample) }
        }
    }
}

/// A value read at the scrape.
public struct Observation: Sendable {
    public var labels: [String]
    public var value: Double

    /// - Parameter labels: values, in the order of the family's labels.
    public init(_ labels: String..., value: Double) {
        self.labels = labels
        self.value = value
    }
}

extension Metrics {
    /// A gauge that is read when somebody looks. `observe` runs on the scraping thread and must not block.
    public func gauge(_ name: String, help: String, observe: @escaping @Sendable () -> Double) {
        gauge(name, help: help, labels: []) { [Observation(value: observe())] }
    }

    /// As above, with a series for each observation: those that are no longer given are gone from the next scrape.
    public func gauge(
        _ name: String, help: String, labels: [String], observe: @escaping @Sendable () -> [Observation]
    ) {
        register(MetricFamily(.gauge, name, help: help, labels: labels), observe)
    }

    /// A counter that something else keeps; it must never go down.
    public func counter(_ name: String, help: String, observe: @escaping @Sendable () -> Double) {
        register(MetricFamily(.counter, name, help: help, labels: [])) { [Observation(value: observe())] }
    }

    /// Facts that do not change while the process runs, such as its version, as labels of a constant 1.
    public func info(_ name: String, help: String, _ facts: KeyValuePairs<String, String>) {
        let family = MetricFamily(.info, name, help: help, labels: facts.map(\.key))
        let sample = Sample(labels: facts.map(\.value), value: .integer(1))
        register(family, observing: { [sample] })
    }

    private func register(_ family: MetricFamily, _ observe: @escaping @Sendable () -> [Observation]) {
        register(
            family,
            observing: {
                observe().map { observation in
                    precondition(
                        observation.labels.count == family.labels.count, "\(family.name): wrong number of labels")
                    return Sample(labels: observation.labels, value: .real(observation.value))
                }
            })
    }
}
