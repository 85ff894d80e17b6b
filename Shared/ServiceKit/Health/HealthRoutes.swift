import HTTPMessages
import HTTPServer
import Telemetry

/// What an orchestrator and Prometheus ask. Neither needs a token; neither tells anything about people.
enum HealthRoutes {
    static func routes(_ readiness: Readiness, _ metrics: Metrics) -> [Route] {
        [
            // Alive means that requests are answered. Postgres and Kafka are no part of it: restarting us mends neither.
            Route(.get, "/health/live") { _ in try .json(.ok, ["status": "alive"]) },
            Route(.get, "/health/ready") { _ in
                switch readiness.now {
                case .ready: try .json(.ok, ["status": "ready"])
                case .waiting(let what): try .json(.serviceUnavailable, ["status": "waiting", "for": what])
                case .stopping: try .json(.serviceUnavailable, ["status": "stopping"])
                }
            },
            Route(.get, "/metrics") { context in
                let page = metrics.render(accept: context.header("Accept"))
                return .bytes(.ok, type: page.contentType, page.body)
            },
        ]
    }
}
