import Synchronization
import Telemetry

/// How long after it is said to have happened a department's evidence reaches us, by who sent it: a sender that backdates
/// shows by it.
final class SenderLateness: Sendable {
    /// Set once the service runs; until then nothing is observed.
    private let histogram = Mutex<Labelled<Histogram>?>(nil)

    func register(in metrics: Metrics) {
        let made = metrics.histogram(
            "muster_dispatch_evidence_lateness_seconds",
            help: "From a department's step in a whistle to when it reached us, by its sender.", labels: ["source"],
            buckets: .lateness)
        histogram.withLock { $0 = made }
    }

    /// - Parameter source: a gateway of the directory, so that there are few.
    func observe(_ lateness: Duration, source: String) {
        guard let histogram = histogram.withLock({ $0 }) else { return }
        histogram(source).observe(lateness)
    }
}
