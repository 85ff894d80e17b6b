import Foundation
import HTTPServer
import Threads

/// Where notices arrive: an endpoint for each grid, which counts by itself how often each came, and when.
final class NoticeReceiver: Sendable {
    struct Arrivals: Sendable {
        /// By the id that a receiver tells repeats by.
        var times: [String: Int] = [:]
        var first: ContinuousClock.Instant?
        var last: ContinuousClock.Instant?

        var repeats: Int { times.values.reduce(0) { $0 + $1 - 1 } }
    }

    private let server: Server
    private let arrivals: Shared

    private final class Shared: Sendable { let arrivals = Lock(Arrivals()) }

    init() throws {
        let arrivals = Shared()
        self.arrivals = arrivals
        let router = Router([
            Route(.post, "/grid/{code}") { context in
                let id = context.header("webhook-id") ?? ""
                let now = ContinuousClock.now
                arrivals.arrivals.withLock {
                    $0.times[id, default: 0] += 1
                    $0.first = $0.first ?? now
                    $0.last = now
                }
                return .noContent
            }
        ])
        server = try Server.start(router)
    }

    var received: Arrivals { arrivals.arrivals.withLock { $0 } }
    var count: Int { arrivals.arrivals.withLock { $0.times.count } }

    func forget() { arrivals.arrivals.withLock { $0 = Arrivals() } }

    func stop() async { await server.stop(grace: .seconds(1)) }

    /// The channels as notify is told of them: webhooks, since they may be sent at any hour.
    func writeChannels(to file: URL) throws {
        let json = """
            {"privateAddresses": true,
             "webhooks": [{"for": {"each": "grid"}, "url": "http://127.0.0.1:\(server.port)/grid/{code}",
                           "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}]}
            """
        try Data(json.utf8).write(to: file)
    }
}
