import Foundation
import HTTPServer
import Threads

/// Where notices end up, counting for itself: a robot for each community and a webhook for each department.
final class Phones: Sendable {
    struct Received: Sendable {
        /// By the id that a webhook's receiver tells repeats by: how often each came.
        var webhooks: [String: Int] = [:]
        var robots = 0
    }

    private final class State: Sendable {
        let received = Lock(Received())
    }

    private let server: Server
    private let state: State

    var received: Received { state.received.withLock { $0 } }

    init() throws {
        let state = State()
        self.state = state
        let router = Router([
            Route(.post, "/robot/{code}") { _ in
                state.received.withLock { $0.robots += 1 }
                return .text(.ok, type: "application/json", #"{"errcode":0,"errmsg":"ok"}"#)
            },
            Route(.post, "/department/{code}") { context in
                let id = context.header("webhook-id") ?? ""
                state.received.withLock { $0.webhooks[id, default: 0] += 1 }
                return .noContent
            },
        ])
        server = try Server.start(router)
    }

    var address: String { "http://127.0.0.1:\(server.port)" }

    func stop() async { await server.stop(grace: .zero) }

    /// The channels as notify is told of them.
    func writeChannels(to file: URL) throws {
        let json = """
            {"privateAddresses": true,
             "robots": [{"for": {"each": "community"}, "url": "\(address)/robot/{code}"}],
             "webhooks": [{"for": {"each": "department"}, "url": "\(address)/department/{code}",
                           "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}]}
            """
        try Data(json.utf8).write(to: file)
    }
}
