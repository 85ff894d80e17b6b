import Arguments
import Contracts
import FoundationEssentials
import ServiceKit

/// A running deployment as `.dev/stack.json` describes it.
struct Stack: Sendable, Decodable {
    struct Service: Sendable, Decodable { let url: String }
    struct Process: Sendable, Decodable {
        let service: String
        let replica: Int
        let url: String
        /// Holds the process's id.
        let process: String
        /// Starts it again.
        let start: [String]
    }

    /// Where the day receives what notify sends outside, and what webhooks to it are signed with; see `muster receiver`.
    struct Receiver: Sendable, Decodable {
        let port: Int
        let secret: String
    }

    let services: [String: Service]
    let kafka: String
    private let topicPrefix: String?
    let postgres: String
    let processes: [Process]?
    let receiver: Receiver?
    private(set) var privateKey: [UInt8] = []

    private enum CodingKeys: String, CodingKey { case services, kafka, topicPrefix, postgres, processes, receiver }

    var prefix: String { topicPrefix ?? "" }
    var kafkaSettings: [String: String] { get throws { try Connection.kafkaSettings(bootstrap: kafka) } }

    func url(_ service: ServiceName) throws -> String {
        guard let found = services[service.rawValue] else {
            throw DayFailure("\(service.rawValue) is not in the stack")
        }
        return found.url
    }

    /// - Parameter path: of stack.json; the signing key lies beside it, in keys/.
    static func read(_ path: String) throws -> Stack {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandError(
                "there is no \(path)", remedy: "start a stack first: make run")
        }
        var stack = try JSONDecoder().decode(Stack.self, from: data)
        let folder = URL(filePath: path).resolvingSymlinksInPath().deletingLastPathComponent().path
        guard let key = FileManager.default.contents(atPath: "\(folder)/keys/private.jwk") else {
            throw CommandError(
                "there is no \(folder)/keys/private.jwk",
                remedy: "make one: muster token keys --keys \(folder)/keys")
        }
        stack.privateKey = [UInt8](key)
        return stack
    }
}
