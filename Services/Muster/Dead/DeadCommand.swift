import Arguments
import Contracts
import Kafka
import ServiceKit

/// `muster dead`: what services could not take, why, and the way back.
enum DeadCommand {
    static let service = Argument("SERVICE", about: "the service", parser: .choice(ServiceName.self))
    static let json = Option.flag("json", about: "print JSON")
    static let place = Argument(
        "PLACE", about: "partition:offset on the dead topic, as the list shows it", parser: .text(example: "3:17"))

    static let command = Command(
        "dead", about: "list, show and replay what a service could not take",
        options: [Connection.kafka, Connection.prefix], subcommands: [list, show, replay])

    static let list = Command("list", about: "every dead letter", arguments: [service], options: [json]) { values in
        let letters = try await DeadLetters(values).read(values[service])
        if values[json] {
            say(String(decoding: try EventJSON.encode(letters.map(\.summary)), as: UTF8.self))
        } else {
            for letter in letters {
                let summary = letter.summary
                say("\(summary.place)\t\(summary.at)\t\(summary.topic)\t\(summary.reason)\t\(summary.detail)")
            }
            report("\(letters.count) dead letters")
        }
    }

    static let show = Command(
        "show", about: "one dead letter, whole; it may hold personal data", arguments: [service, place]
    ) { values in
        let letter = try await DeadLetters(values).one(values[service], values[place])
        for header in letter.record.headers { say("\(header.name): \(String(decoding: header.value, as: UTF8.self))") }
        say("")
        say(String(decoding: letter.record.value ?? [], as: UTF8.self))
    }

    static let replay = Command(
        "replay", about: "put a dead letter on its original topic again, once what was wrong is mended",
        discussion: "It keeps its id: if it was taken after all, it is known and nothing happens twice.",
        arguments: [service, place]
    ) { values in
        let letters = DeadLetters(values)
        let letter = try await letters.one(values[service], values[place])
        try await letters.replay(letter)
        say("replayed to \(letter.summary.topic)")
    }
}

/// A service's dead topic.
private struct DeadLetters: Sendable {
    struct Letter: Sendable {
        let record: Record

        struct Summary: Sendable, Encodable {
            let place: String
            let topic: String
            let reason: String
            let detail: String
            let at: String
        }

        var summary: Summary {
            func header(_ name: String) -> String {
                record.headers.first { $0.name == "muster_dead_\(name)" }.map {
                    String(decoding: $0.value, as: UTF8.self)
                } ?? "?"
            }
            return Summary(
                place: "\(record.partition):\(record.offset)", topic: header("topic"), reason: header("reason"),
                detail: header("detail"), at: header("at"))
        }
    }

    private let settings: [String: String]
    private let prefix: String

    init(_ values: Values) {
        settings = ["bootstrap.servers": values[Connection.kafka]]
        prefix = values[Connection.prefix]
    }

    func read(_ service: ServiceName) async throws -> [Letter] {
        var letters: [Letter] = []
        try await TopicContents(bootstrap: settings["bootstrap.servers"] ?? "", prefix: prefix)
            .read(.dead(of: service)) { letters.append(Letter(record: $0)) }
        return letters.sorted {
            ($0.record.timestamp, $0.record.partition) < ($1.record.timestamp, $1.record.partition)
        }
    }

    func one(_ service: ServiceName, _ place: String) async throws -> Letter {
        guard let letter = try await read(service).first(where: { $0.summary.place == place }) else {
            throw CommandError(
                "there is no dead letter at \(place)", remedy: "see muster dead list \(service.rawValue)")
        }
        return letter
    }

    func replay(_ letter: Letter) async throws {
        let producer = try Producer(settings)
        try await producer.send([
            OutgoingRecord(
                topic: prefix + letter.summary.topic, key: letter.record.key, value: letter.record.value,
                headers: letter.record.headers.filter { !$0.name.hasPrefix("muster_dead_") })
        ])
        await producer.close()
    }
}
