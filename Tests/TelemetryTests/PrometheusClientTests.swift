import Glibc
import Testing

@testable import Telemetry

/// Asks the reference parser, Python's prometheus_client, what it understands of our text.
@Suite struct PrometheusClientTests {
    /// Holds no single quote: it goes to the shell in a pair of them.
    static let script = """
        import sys
        from prometheus_client.openmetrics.parser import text_string_to_metric_families
        for family in text_string_to_metric_families(sys.stdin.buffer.read().decode()):
            print(family.type, family.name, family.unit or "-", repr(family.documentation))
            for sample in family.samples:
                print(" ", sample.name, sample.labels, float(sample.value))
        """
    static let isThere = system("python3 -c 'import prometheus_client.openmetrics.parser' 2>/dev/null") == 0

    /// What the script prints for the text.
    func parsed(_ text: [UInt8]) throws -> String {
        var path = Array("/tmp/muster-openmetrics-XXXXXX".utf8CString)
        let input = mkstemp(&path)
        try #require(input >= 0)
        defer {
            close(input)
            unlink(path)
        }
        try #require(write(input, text, text.count) == text.count)
        let name = String(decoding: path.dropLast().map(UInt8.init), as: UTF8.self)
        let process = try #require(popen("python3 -c '\(Self.script)' < \(name) 2>&1", "r"))
        var output: [UInt8] = []
        while case let byte = getc(process), byte != EOF {
            output.append(UInt8(byte))
        }
        #expect(pclose(process) == 0)
        return String(decoding: output, as: UTF8.self)
    }

    @Test(.enabled(if: isThere, "needs python3 with prometheus-client: pip install prometheus-client"))
    func `it reads what we wrote`() throws {
        let expected = #"""
            histogram muster_batch_seconds seconds 'Time of a batch.'
              muster_batch_seconds_bucket {'service': 'dispatch', 'le': '0.005'} 0.0
              muster_batch_seconds_bucket {'service': 'dispatch', 'le': '0.25'} 1.0
              muster_batch_seconds_bucket {'service': 'dispatch', 'le': '1.0'} 3.0
              muster_batch_seconds_bucket {'service': 'dispatch', 'le': '2.5e+06'} 3.0
              muster_batch_seconds_bucket {'service': 'dispatch', 'le': '+Inf'} 4.0
              muster_batch_seconds_count {'service': 'dispatch'} 4.0
              muster_batch_seconds_sum {'service': 'dispatch'} 3000001.75
            info muster_build - 'What runs.'
              muster_build_info {'version': '1.0'} 1.0
            counter muster_inputs - 'Inputs "taken" \\ known.'
              muster_inputs_total {'topic': 'a"b\\c\r\nd', 'outcome': 'taken'} 1.0
              muster_inputs_total {'topic': 'intake.visits', 'outcome': 'known'} 3.0
            gauge muster_lag - 'Records not read yet.'
              muster_lag {'partition': '0'} inf
              muster_lag {'partition': '1'} 7.0
            gauge muster_waiting - 'Inputs that wait.'
              muster_waiting {} -2.5
            counter process_cpu_seconds seconds 'CPU time.'
              process_cpu_seconds_total {} 1.25

            """#
        let understood = try parsed(ExpositionTests.metrics().render(.openMetrics))
        #expect(understood == expected)
    }

    @Test(.enabled(if: isThere, "needs python3 with prometheus-client: pip install prometheus-client"))
    func `it reads an empty registry and that of a real process`() throws {
        let metrics = Metrics()
        #expect(try parsed(metrics.render(.openMetrics)) == "")
        metrics.registerProcess()
        #expect(try parsed(metrics.render(.openMetrics)).split(separator: "\n").count == 10)
    }
}
