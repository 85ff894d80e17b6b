import Contracts
import Crypto
import HTTPMessages
import HTTPServer
import ServiceKit
import Threads

/// Where the simulated city's notices arrive outside: departments' webhooks, communities' group robots and an SMS gateway.
/// It counts for itself what it was told, so that notify's own word is not all there is.
final class Receiver: Sendable {
    /// What arrived of one channel.
    struct Tally: Sendable {
        /// By the notice's id, how often it came.
        var arrivals: [EventID: Int] = [:]
        /// What had no id, a false signature or could not be read.
        var rejected = 0

        var repeats: Int { arrivals.values.reduce(0) { $0 + $1 - 1 } }
    }

    private let server: Server
    private let tallies: Tallies

    /// - Parameter place: as the stack's description has it: notify was configured with the same.
    init(_ place: Stack.Receiver) throws {
        let tallies = Tallies()
        let signer = try WebhookSigner(secret: place.secret)
        var settings = Server.Settings()
        settings.host = "127.0.0.1"
        settings.port = UInt16(place.port)
        let routes = [
            Route(.post, "/webhook/{code}") { context in
                let headers = context.request.headers
                guard let text = headers["webhook-id"], let id = EventID(text),
                    let timestamp = headers["webhook-timestamp"].flatMap({ Int64($0) }),
                    headers["webhook-signature"]
                        == signer.signature(id: text, timestamp: timestamp, body: context.request.body)
                else {
                    tallies.reject(.webhook)
                    return Response(status: .unauthorized)
                }
                tallies.record(.webhook, id)
                return .noContent
            },
            Route(.post, "/robot/{code}") { context in
                // A robot knows no repeats; for people the text ends with the notice's id.
                let message = try? EventJSON.decode(RobotMessage.self, from: context.request.body)
                guard
                    let id = message?.text.content.split(separator: "#").last.flatMap({ EventID(String($0)) })
                else {
                    tallies.reject(.wecom)
                    return try Response.json(.ok, ["errcode": 40_058])
                }
                tallies.record(.wecom, id)
                return try Response.json(.ok, ["errcode": 0])
            },
            Route(.post, "/sms") { context in
                let message = try? EventJSON.decode(TextMessage.self, from: context.request.body)
                guard let id = message.flatMap({ EventID($0.reference) }) else {
                    tallies.reject(.sms)
                    return try Response.json(.ok, ["Code": "isv.INVALID_PARAMETERS"])
                }
                tallies.record(.sms, id)
                return try Response.json(.ok, ["Code": "OK"])
            },
        ]
        self.tallies = tallies
        server = try Server.start(Router(routes), settings)
    }

    func stop() async { await server.stop(grace: .seconds(1)) }

    /// What each channel brought, by the channel's name.
    var counts: [String: Tally] { tallies.read }

    private struct RobotMessage: Decodable {
        struct Text: Decodable { let content: String }
        let text: Text
    }

    private struct TextMessage: Decodable { let reference: String }
}

private final class Tallies: Sendable {
    enum Channel: String { case webhook, wecom, sms }

    private let tallies = Lock<[String: Receiver.Tally]>([:])

    func record(_ channel: Channel, _ id: EventID) {
        tallies.withLock { $0[channel.rawValue, default: Receiver.Tally()].arrivals[id, default: 0] += 1 }
    }

    func reject(_ channel: Channel) {
        tallies.withLock { $0[channel.rawValue, default: Receiver.Tally()].rejected += 1 }
    }

    var read: [String: Receiver.Tally] { tallies.withLock { $0 } }
}
