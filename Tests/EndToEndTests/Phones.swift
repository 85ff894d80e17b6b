import Contracts
import Foundation
import HTTPServer
import Threads

/// Where notices end up: a robot for each community and an endpoint for each department, which count for themselves.
final class Phones: Sendable {
    struct Received: Sendable {
        /// By what people, or programs, can tell notices apart.
        var robots: [String] = []
        var webhooks: [String] = []
    }

    private let server: Server
    private let state: State

    private final class State: Sendable { let received = Lock(Received()) }

    var received: Received { state.received.withLock { $0 } }

    init() throws {
        let state = State()
        self.state = state
        let router = Router([
            Route(.post, "/robot/{code}") { context in
                struct Message: Decodable {
                    struct Text: Decodable { let content: String }
                    let text: Text
                }
                let text = try context.decodeJSON(Message.self).text.content
                state.received.withLock { $0.robots.append(String(text.split(separator: "#").last ?? "")) }
                return .text(.ok, type: "application/json", #"{"errcode":0,"errmsg":"ok"}"#)
            },
            Route(.post, "/department/{code}") { context in
                let id = context.header("webhook-id") ?? ""
                state.received.withLock { $0.webhooks.append(id) }
                return .noContent
            },
        ])
        server = try Server.start(router)
    }

    func stop() async { await server.stop(grace: .zero) }

    /// The channels as notify is told of them, in a file.
    func channels() throws -> URL {
        let base = "http://127.0.0.1:\(server.port)"
        let json = """
            {"privateAddresses": true,
             "robots": [{"for": {"each": "community"}, "url": "\(base)/robot/{code}"}],
             "webhooks": [{"for": {"each": "department"}, "url": "\(base)/department/{code}",
                           "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}]}
            """
        let file = FileManager.default.temporaryDirectory.appending(path: "channels-\(UUID().uuidString).json")
        try Data(json.utf8).write(to: file)
        return file
    }
}
