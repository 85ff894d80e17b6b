import HTTPServer
import Telemetry

/// Rate, errors and duration of requests, by route and never by path.
struct HTTPMetrics: Sendable {
    private let seconds: Labelled<Histogram>
    private let bytesIn: Counter

    init(_ metrics: Metrics) {
        seconds = metrics.histogram(
            "muster_http_request_seconds", help: "From a request's headers to the last byte of its answer.",
            labels: ["route", "method", "status"], buckets: .seconds)
        bytesIn = metrics.counter("muster_http_request_bytes", help: "Bytes of request bodies.")
    }

    func observe(_ observation: HTTPServer.Observation) {
        seconds(observation.route, observation.method, "\(observation.status.code)").observe(observation.duration)
        bytesIn.increment(by: UInt64(observation.bytesIn))
    }
}
