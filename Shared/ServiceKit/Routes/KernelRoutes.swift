import Contracts
import HTTPMessages
import HTTPServer
import Telemetry
import Threads

/// What every service answers besides its own: whether it is alive and ready, its metrics, its document, and what its problems mean.
/// None needs a token; none tells anything about people.
enum KernelRoutes {
    static func all(_ service: ServiceName, _ own: [Endpoint], _ readiness: Readiness, _ metrics: Metrics) -> [Endpoint]
    {
        let others = own + health(readiness, metrics) + [problems]
        // The document describes itself too.
        let itself = Endpoint(openTo: .get, "/openapi.json", describing) { _ in .noContent }
        let document = CachedDocument(OpenAPIDocument(service: service, endpoints: others + [itself]))
        return others + [
            Endpoint(openTo: .get, "/openapi.json", describing) { _ in
                .text(.ok, type: "application/json", try document.text())
            }
        ]
    }

    /// Made when it is first asked for: most processes never are.
    private final class CachedDocument: Sendable {
        private let document: OpenAPIDocument
        private let made = Lock<String?>(nil)

        init(_ document: OpenAPIDocument) { self.document = document }

        func text() throws -> String {
            try made.withLock { made in
                let text = try made ?? document.text()
                made = text
                return text
            }
        }
    }

    private static let describing = Operation(
        summary: "This document",
        answers: [
            .init(status: .ok, about: "OpenAPI 3.1.", content: .init { _ in Schema(["type": .string("object")]) })
        ])

    private struct Alive: Codable {
        let status: String
    }

    private struct Ready: Codable {
        let status: String
        /// What it waits for, and what to do about that.
        var `for`: String?
    }

    private static func health(_ readiness: Readiness, _ metrics: Metrics) -> [Endpoint] {
        let alive = Operation(
            summary: "Whether the process answers",
            about: "Postgres and Kafka are no part of it: restarting us mends neither.",
            answers: [.init(status: .ok, about: "Alive.", content: .json(Alive.self, example: #"{"status":"alive"}"#))])
        let ready = Operation(
            summary: "Whether the service is at work",
            answers: [
                .init(status: .ok, about: "At work.", content: .json(Ready.self, example: #"{"status":"ready"}"#)),
                .init(
                    status: .serviceUnavailable, about: "Waiting for something, or stopping.",
                    content: .json(
                        Ready.self,
                        example: #"{"for":"Postgres does not answer: see MUSTER_POSTGRES_URL","status":"waiting"}"#)),
            ])
        let page = Operation(
            summary: "Metrics", about: "OpenMetrics where it is asked for, else Prometheus' own text format.",
            answers: [.init(status: .ok, about: "The page.", content: .text("text/plain"))])
        return [
            Endpoint(openTo: .get, "/health/live", alive) { _ in try .json(.ok, Alive(status: "alive")) },
            Endpoint(openTo: .get, "/health/ready", ready) { _ in
                switch readiness.now {
                case .ready: try .json(.ok, Ready(status: "ready"))
                case .waiting(let what): try .json(.serviceUnavailable, Ready(status: "waiting", for: what))
                case .stopping: try .json(.serviceUnavailable, Ready(status: "stopping"))
                }
            },
            Endpoint(openTo: .get, "/metrics", page) { context in
                let page = metrics.render(accept: context.header("Accept"))
                return .bytes(.ok, type: page.contentType, page.body)
            },
        ]
    }

    private static let problems = Endpoint(
        .problems(ProblemType.ofServices),
        Operation(
            summary: "What a kind of problem means",
            parameters: [
                Parameter<String>.path("slug", "the last part of a problem's `type`", .text(matching: "[a-z0-9-]+")) {
                    $0
                }
            ],
            answers: [.init(status: .ok, about: "In words.", content: .text("text/plain"))], problems: [.notFound]))
}
