import Testing

@testable import Telemetry

@Suite struct ExpositionTests {
    /// One family of each kind, and every character that is escaped.
    static func metrics() -> Metrics {
        let metrics = Metrics()
        let inputs = metrics.counter("muster_inputs", help: #"Inputs "taken" \ known."#, labels: ["topic", "outcome"])
        inputs("intake.visits", "known").increment(by: 3)
        inputs("a\"b\\c\r\nd", "taken").increment()
        metrics.gauge("muster_waiting", help: "Inputs that wait.").set(-2.5)
        let batches = metrics.histogram(
            "muster_batch_seconds", help: "Time of a batch.", labels: ["service"],
            buckets: Histogram.Buckets([0.005, 0.25, 1, 2_500_000]))
        for value in [0.25, 0.5, 1, 3_000_000] {
            batches("dispatch").observe(value)
        }
        metrics.info("muster_build", help: "What runs.", ["version": "1.0"])
        metrics.gauge("muster_lag", help: "Records not read yet.", labels: ["partition"]) {
            [Observation("1", value: 7), Observation("0", value: .infinity)]
        }
        metrics.counter("process_cpu_seconds", help: "CPU time.") { 1.25 }
        return metrics
    }

    @Test func `OpenMetrics text is as the standard has it`() {
        let expected = #"""
            # TYPE muster_batch_seconds histogram
            # UNIT muster_batch_seconds seconds
            # HELP muster_batch_seconds Time of a batch.
            muster_batch_seconds_bucket{service="dispatch",le="0.005"} 0
            muster_batch_seconds_bucket{service="dispatch",le="0.25"} 1
            muster_batch_seconds_bucket{service="dispatch",le="1.0"} 3
            muster_batch_seconds_bucket{service="dispatch",le="2.5e+06"} 3
            muster_batch_seconds_bucket{service="dispatch",le="+Inf"} 4
            muster_batch_seconds_count{service="dispatch"} 4
            muster_batch_seconds_sum{service="dispatch"} 3000001.75
            # TYPE muster_build info
            # HELP muster_build What runs.
            muster_build_info{version="1.0"} 1
            # TYPE muster_inputs counter
            # HELP muster_inputs Inputs \"taken\" \\ known.
            muster_inputs_total{topic="a\"b\\c\#r\nd",outcome="taken"} 1
            muster_inputs_total{topic="intake.visits",outcome="known"} 3
            # TYPE muster_lag gauge
            # HELP muster_lag Records not read yet.
            muster_lag{partition="0"} +Inf
            muster_lag{partition="1"} 7
            # TYPE muster_waiting gauge
            # HELP muster_waiting Inputs that wait.
            muster_waiting -2.5
            # TYPE process_cpu_seconds counter
            # UNIT process_cpu_seconds seconds
            # HELP process_cpu_seconds CPU time.
            process_cpu_seconds_total 1.25
            # EOF

            """#
        #expect(String(decoding: Self.metrics().render(.openMetrics), as: UTF8.self) == expected)
    }

    @Test func `Prometheus text names the samples and knows no info`() {
        let metrics = Metrics()
        metrics.counter("inputs", help: #"Inputs "taken"."#).increment()
        metrics.info("build", help: "What runs.", ["version": "1.0"])
        let expected = #"""
            # HELP build_info What runs.
            # TYPE build_info gauge
            build_info{version="1.0"} 1
            # HELP inputs_total Inputs "taken".
            # TYPE inputs_total counter
            inputs_total 1

            """#
        #expect(String(decoding: metrics.render(.prometheus), as: UTF8.self) == expected)
    }

    @Test(arguments: [
        (nil, Exposition.prometheus),
        ("", .prometheus),
        ("*/*", .prometheus),
        ("text/plain", .prometheus),
        ("application/openmetrics-text", .openMetrics),
        ("Application/OpenMetrics-Text; Version=1.0.0", .openMetrics),
        ("application/openmetrics-text;version=0.0.1", .prometheus),
        ("application/openmetrics-text;version=1.0.0;q=0", .prometheus),
        ("application/openmetrics-text;version=1.0.0;q=0.3, text/plain;version=0.0.4;q=0.7", .prometheus),
        ("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.5", .openMetrics),
        // What Prometheus 2.54 and 3 send.
        (
            "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
                + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2", .openMetrics
        ),
        (
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2", .openMetrics
        ),
    ])
    func `the format is the one that the client likes best`(accept: String?, expected: Exposition) {
        #expect(Exposition(accept: accept) == expected)
        #expect(Metrics().render(accept: accept).contentType == expected.contentType)
    }

    @Test(arguments: [
        (0.005, "0.005"), (1, "1.0"), (10, "10.0"), (250_000, "250000.0"), (1e6, "1e+06"), (2_500_000, "2.5e+06"),
        (1_234_567.5, "1.2345675e+06"), (-1e6, "-1e+06"), (1e15, "1e+15"), (1e21, "1e+21"), (0.00001, "1e-05"),
        (.infinity, "+Inf"), (0, "0.0"), (12_000_000_000, "1.2e+10"),
    ])
    func `bucket bounds have the one recommended form`(bound: Double, text: String) {
        #expect(bound.bucketText == text)
    }

    @Test func `the process tells of itself`() throws {
        let metrics = Metrics()
        metrics.registerProcess()
        let values = Dictionary(
            uniqueKeysWithValues: metrics.collect().map { family, samples in
                guard case .real(let value) = samples[0].value else { return (family.name, Double.nan) }
                return (family.name, value)
            })
        let memory = try #require(values["process_resident_memory_bytes"])
        let start = try #require(values["process_start_time_seconds"])
        let now = Double(Timestamp.now().seconds)
        #expect(memory > 1e6 && memory < 1e11)
        #expect(start > now - 86_400 && start <= now + 1)
        #expect(try #require(values["process_cpu_seconds"]) > 0)
        #expect(try #require(values["process_open_fds"]) >= 3)
        #expect(try #require(values["process_max_fds"]) >= 3)
        #expect(values.count == 5)
    }
}
