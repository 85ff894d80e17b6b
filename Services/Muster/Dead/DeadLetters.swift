import Arguments
import Contracts
import Kafka
import ServiceKit

/// The dead topics as an operator works with them.
struct DeadLetters: Sendable {
    struct Letter: Sendable {
        let record: Record
        let note: DeadLetterNote

        struct Summary: Sendable, Encodable {
            let place: String
            let topic: String
            let reason: String
            let detail: String
            let at: String
        }

        var place: String { "\(record.partition):\(record.offset)" }
        var summary: Summary {
            Summary(place: place, topic: note.topic, reason: note.reason, detail: note.detail, at: note.at)
        }
    }

    private let settings: [String: String]
    private let prefix: String

    init(_ values: Values) throws {
        settings = try Connection.kafkaSettings(values)
        prefix = values[Connection.prefix]
    }

    /// Every letter of a service, the oldest first.
    func read(_ service: ServiceName) async throws -> [Letter] {
        var letters: [Letter] = []
        try await TopicContents(settings, prefix: prefix).read(.dead(of: service)) { record in
            if let note = DeadLetterNote(record) { letters.append(Letter(record: record, note: note)) }
        }
        return letters.sorted {
            ($0.record.timestamp, $0.record.partition, $0.record.offset)
                < ($1.record.timestamp, $1.record.partition, $1.record.offset)
        }
    }

    func one(_ service: ServiceName, _ place: String) async throws -> Letter {
        guard let letter = try await read(service).first(where: { $0.place == place }) else {
            throw CommandError(
                "there is no dead letter at \(place)", remedy: "see muster dead list \(service.rawValue)")
        }
        return letter
    }

    /// The record as it came, on its topic's name without prefix.
    func open(_ letter: Letter, of service: ServiceName, keys: String?) throws -> OutgoingRecord {
        guard let keys else {
            throw CommandError(
                "dead letters are sealed", remedy: "give the service's keys: --keys or \(ColumnKeys.variable)")
        }
        guard let cipher = ColumnKeys.cipher(keys) else {
            throw CommandError(
                "--keys has the wrong form",
                remedy: "write keys of 32 bytes as id:base64, separated by commas, as the service has them",
                code: .usage)
        }
        do { return try DeadLetterSeal(cipher, of: service).open(letter.record).record } catch {
            throw CommandError(
                "the dead letter at \(letter.place) does not open: \(error)",
                remedy: "give the keys that \(service.rawValue) had at \(letter.note.at)")
        }
    }

    func send(_ record: OutgoingRecord) async throws {
        var record = record
        record.topic = prefix + record.topic
        let producer = try Producer(settings)
        try await producer.send([record])
        await producer.close()
    }
}
