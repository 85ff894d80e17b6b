import Kafka

extension MockCluster {
    /// Clients of this cluster that notice soon what has changed, and do not write to standard error.
    var settings: [String: String] {
        [
            "bootstrap.servers": bootstrap, "log_level": "0", "reconnect.backoff.max.ms": "200",
            "retry.backoff.ms": "20",
        ]
    }

    func member(_ group: String, _ more: [String: String] = [:]) -> [String: String] {
        settings.merging(["group.id": group, "session.timeout.ms": "6000"]) { $1 }.merging(more) { $1 }
    }
}
