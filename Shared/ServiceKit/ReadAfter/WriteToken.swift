import Contracts
import HTTPServer

/// What a write wrote, for a read that must see it: the ids of its events, with who published them and their types.
///
/// Of the events of one key and type only the last is named: they lie in one partition in their order, so that whoever has the
/// last has those before. Text: `intake/muster.finding.recorded.v1/<id>`, joined by commas. Clients pass it on and never make one.
struct WriteToken: Sendable, Equatable {
    struct Part: Sendable, Hashable {
        let service: ServiceName
        let type: String
        let event: EventID
    }

    let parts: [Part]

    /// The header field of a write's answer, and of a read's request.
    static let header = "Muster-Token"
    /// A token of more is not answered as a header field: each receipt has its own.
    static let partLimit = 64

    init(_ parts: [Part]) { self.parts = parts }

    /// Nil for what is no token.
    init?(_ text: String) {
        let texts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard texts.count <= Self.partLimit else { return nil }
        var parts: [Part] = []
        for text in texts {
            let fields = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 3, let service = ServiceName(rawValue: fields[0]), Identifier.isValid(fields[1]),
                let event = EventID(fields[2])
            else { return nil }
            parts.append(Part(service: service, type: fields[1], event: event))
        }
        self.parts = parts
    }

    var text: String { parts.map { "\($0.service.rawValue)/\($0.type)/\($0.event)" }.joined(separator: ",") }

    /// Of everything that these receipts stand for; nil where that is nothing, or too much for one header field.
    static func all(of receipts: [Receipt]) -> String? {
        var seen: Set<Substring> = []
        let parts = receipts.compactMap(\.token).flatMap { $0.split(separator: ",") }.filter {
            seen.insert($0).inserted
        }
        return parts.isEmpty || parts.count > partLimit ? nil : parts.joined(separator: ",")
    }
}

/// An event that a batch publishes, as tokens name it.
struct PublishedEvent: Sendable {
    let id: String
    let type: String
    let topic: String
    let key: String
    /// The id of the input or event that caused it.
    let cause: String?

    init(_ event: Event<some EventPayload>) {
        id = event.envelope.id
        type = event.envelope.type
        topic = Swift.type(of: event.payload).topic.name
        key = event.payload.key
        cause = event.envelope.causationID
    }

    /// The tokens of a batch's inputs, by the inputs' ids.
    ///
    /// Two inputs of different senders may have one id: then each token names the events of both, which waits for more than it must
    /// and never for less.
    static func tokens(of events: [PublishedEvent], by service: ServiceName) -> [String: String] {
        struct Order: Hashable {
            let topic: String
            let key: String
            let type: String
        }
        let byCause = Dictionary(grouping: events) { $0.cause ?? "" }
        return byCause.mapValues { events in
            var lasts = events
            if events.count > 1 {
                let last = Dictionary(events.map { (Order(topic: $0.topic, key: $0.key, type: $0.type), $0.id) }) { $1 }
                lasts = events.filter { last[Order(topic: $0.topic, key: $0.key, type: $0.type)] == $0.id }
            }
            return WriteToken(lasts.compactMap { $0.part(of: service) }).text
        }
    }

    private func part(of service: ServiceName) -> WriteToken.Part? {
        EventID(id).map { WriteToken.Part(service: service, type: type, event: $0) }
    }
}
