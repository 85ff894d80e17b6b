import Testing

@testable import Telemetry

@Suite struct MetricsTests {
    @Test func `increments of many threads are all counted`() async {
        let metrics = Metrics()
        let counter = metrics.counter("inputs", help: "Inputs taken.")
        let gauge = metrics.gauge("waiting", help: "Inputs that wait.")
        let histogram = metrics.histogram("batch_seconds", help: "Time of a batch.", buckets: .seconds)
        let labelled = metrics.counter("outcomes", help: "Outcomes.", labels: ["outcome"])
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        counter.increment()
                        gauge.add(0.5)
                        histogram.observe(0.25)
                        labelled("\(task % 2)").increment(by: 2)
                    }
                }
            }
        }
        #expect(counter.value == 8000)
        #expect(gauge.value == 4000)
        #expect(histogram.snapshot.count == 8000)
        #expect(histogram.snapshot.sum == 2000)
        #expect(labelled("0").value == 8000 && labelled("1").value == 8000)
    }

    @Test func `additions to a gauge that collide are all done`() async {
        let gauge = Metrics().gauge("waiting", help: "Inputs that wait.")
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<100_000 {
                        gauge.add(1)
                    }
                }
            }
        }
        #expect(gauge.value == 400_000)
    }

    @Test func `an observation falls into the first bucket that holds it, bounds included`() {
        let histogram = Histogram(Histogram.Buckets([1, 2.5, 10]))
        for value in [-1, 1, 1.000001, 2.5, 10, 10.5, .infinity, .nan] {
            histogram.observe(value)
        }
        #expect(histogram.snapshot == Histogram.Snapshot(counts: [2, 2, 1, 2], sum: .infinity))
        let timed = Histogram(.seconds)
        timed.observe(.milliseconds(250))
        #expect(timed.snapshot.sum == 0.25)
    }

    @Test func `the same family registered again is the same family`() {
        let metrics = Metrics()
        metrics.counter("inputs", help: "Inputs taken.").increment()
        #expect(metrics.counter("inputs", help: "Inputs taken.").value == 1)
        metrics.counter("outcomes", help: "Outcomes.", labels: ["outcome"])("known").increment()
        #expect(metrics.counter("outcomes", help: "Outcomes.", labels: ["outcome"])("known").value == 1)
    }

    @Test func `a contradiction stops the program`() async {
        await #expect(processExitsWith: .failure) {
            let metrics = Metrics()
            _ = metrics.counter("inputs", help: "Inputs taken.")
            _ = metrics.gauge("inputs", help: "Inputs taken.")
        }
        await #expect(processExitsWith: .failure) {
            let metrics = Metrics()
            _ = metrics.histogram("batch_seconds", help: "Time.", buckets: .seconds)
            _ = metrics.histogram("batch_seconds", help: "Time.", buckets: .lateness)
        }
        await #expect(processExitsWith: .failure) {
            let metrics = Metrics()
            metrics.gauge("waiting", help: "Waiting.") { 1 }
            metrics.gauge("waiting", help: "Waiting.") { 2 }
        }
        await #expect(processExitsWith: .failure) {
            _ = Metrics().counter("inputs_total", help: "Inputs taken.")
        }
        await #expect(processExitsWith: .failure) {
            _ = Metrics().counter("inputs", help: "Inputs taken.", labels: ["topic"])("a", "b")
        }
    }

    @Test(arguments: [
        (MetricFamily(.counter, "inputs", help: "Inputs.", labels: ["topic", "level"]), nil),
        (MetricFamily(.counter, "inputs_total", help: "x", labels: []), "the text format adds _total itself"),
        (MetricFamily(.gauge, "x_count", help: "x", labels: []), "the text format adds _count itself"),
        (MetricFamily(.gauge, "build_info", help: "x", labels: []), "the text format adds _info itself"),
        (MetricFamily(.gauge, "wait_ms", help: "x", labels: []), "metrics are in base units: seconds, bytes, ratio"),
        (
            MetricFamily(.gauge, "used_percent", help: "x", labels: []),
            "metrics are in base units: seconds, bytes, ratio"
        ),
        (MetricFamily(.gauge, "Waiting", help: "x", labels: []), "names are snake_case"),
        (MetricFamily(.gauge, "waiting", help: "x", labels: ["grid-id"]), "names are snake_case"),
        (MetricFamily(.gauge, "waiting", help: "x", labels: ["a", "a"]), "a label is le or there twice"),
        (MetricFamily(.gauge, "waiting", help: "x", labels: ["le"]), "a label is le or there twice"),
        (MetricFamily(.gauge, "waiting", help: "", labels: []), "the help is one line of text"),
    ])
    func `names follow the rules of Prometheus`(family: MetricFamily, violation: String?) {
        #expect(family.violation == violation)
    }

    @Test func `a label that grows without bound ends in one series`() {
        let metrics = Metrics()
        let family = metrics.counter("requests", help: "Requests.", labels: ["path"])
        for number in 0..<1500 {
            family("/\(number)").increment()
        }
        let samples = metrics.collect()[0].samples
        #expect(samples.count == 1001)
        #expect(family("other").value == 500)
        #expect(family("/7").value == 1)
    }

    @Test func `what is registered can be listed, for documents and alert rules`() {
        let metrics = Metrics()
        metrics.histogram("batch_seconds", help: "Time of a batch.", buckets: Histogram.Buckets([1]))
            .observe(2)
        metrics.info("build", help: "What runs.", ["version": "1.0"])
        _ = metrics.counter("inputs", help: "Inputs taken.", labels: ["topic"])
        #expect(
            metrics.families == [
                MetricFamily(.histogram, "batch_seconds", help: "Time of a batch.", labels: [], bounds: [1]),
                MetricFamily(.info, "build", help: "What runs.", labels: ["version"]),
                MetricFamily(.counter, "inputs", help: "Inputs taken.", labels: ["topic"]),
            ])
        #expect(
            metrics.families.map(\.sampleNames) == [
                ["batch_seconds_bucket", "batch_seconds_count", "batch_seconds_sum"], ["build_info"], ["inputs_total"],
            ])
    }
}
