public import Contracts
import Kafka

/// One kind of event that a service reads from a topic.
public struct Inlet<Command: Sendable>: Sendable {
    let type: String
    /// Reads the data; the second result is its canonical form, which the digest is made of.
    let read: @Sendable ([UInt8]) throws(UnreadableEvent) -> (Command, canonical: [UInt8])

    /// - Parameter wrap: makes the service's command of the payload.
    public init<Payload: EventPayload>(_: Payload.Type, _ wrap: @escaping @Sendable (Payload) -> Command) {
        type = Payload.type
        read = { bytes throws(UnreadableEvent) in
            let payload = try EventJSON.payload(Payload.self, from: bytes)
            guard let canonical = try? EventJSON.encode(payload) else {
                throw UnreadableEvent(.wrongShape, "the data cannot be written again")
            }
            return (wrap(payload), canonical)
        }
    }
}

/// A topic that a service consumes, and what it does with what is on it.
public struct Source<Command: Sendable>: Sendable {
    public enum Sender: Sendable {
        /// Strangers' events: each gets a receipt, and an unknown type is a mistake.
        case gateway
        /// Events of our own services: a type we don't read is none of our business, and a refusal is a fault of ours
        /// that an operator must see.
        case service
    }

    let topic: Topic
    let sender: Sender
    let inlets: [String: Inlet<Command>]
    /// Reads the types that have no inlet of their own, such as those of a later version.
    let others: Inlet<Command>?

    /// - Parameter others: for a reader that has to see every event of a topic, whatever it says: by what all of them say.
    public init(
        _ topic: Topic, from sender: Sender, _ inlets: [Inlet<Command>], others: Inlet<Command>? = nil
    ) {
        self.topic = topic
        self.sender = sender
        self.others = others
        self.inlets = Dictionary(inlets.map { ($0.type, $0) }) { first, _ in first }
    }

    /// What a record of the topic turns out to be.
    enum Arrival: Sendable {
        case input(Input<Command>, Record)
        case directory(DirectoryChange)
        case dead(DeadLetter)
        case ignored
    }

    /// - Parameters:
    ///   - seal: closes a record that cannot be read, since nobody knows what is in it.
    ///   - clock: tells what the city's time was when the broker took it.
    func read(_ record: Record, sealing seal: DeadLetterSeal, clock: CityClock) -> Arrival {
        var envelope: EventEnvelope?
        do throws(UnreadableEvent) {
            let raw = try CloudEvents.read(header: { record.header($0) }, value: record.value)
            envelope = raw.envelope
            if topic == .directory {
                return .directory(try DirectoryChange(raw))
            }
            guard let inlet = inlets[raw.envelope.type] ?? others else {
                if sender == .service { return .ignored }
                throw UnreadableEvent(.unknownType, "no such type is read from this topic: see docs/events.md")
            }
            let (command, canonical) = try inlet.read(raw.data)
            let origin = Input<Command>.Origin.topic(topic.name, partition: record.partition, offset: record.offset)
            let input = Input(
                envelope: raw.envelope, command: command, digest: InputDigest.of(raw.envelope, data: canonical),
                origin: origin, key: record.key, arrival: record.takenByBroker.flatMap { clock.time(atMachineTime: $0) }
            )
            return .input(input, record)
        } catch {
            var letter = seal.close(record, topic: topic.name, reason: error.reason.rawValue, detail: error.detail)
            if sender == .gateway, let envelope {
                let code: Refusal.Code = error.reason == .overLimit ? .overLimit : .malformed
                letter.reply = .init(envelope: envelope, refusal: Refusal(code, error.detail))
            }
            return .dead(letter)
        }
    }
}

extension Record {
    /// When the broker took it, by the broker's clock; nil where the time is the sender's.
    fileprivate var takenByBroker: Instant? {
        isTimedByBroker && timestamp > 0 ? Instant(milliseconds: timestamp) : nil
    }

    func header(_ name: String) -> ArraySlice<UInt8>? { headers[name] }
}
