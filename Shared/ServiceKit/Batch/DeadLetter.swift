import Contracts
public import Kafka

/// A record that a service could not take, on its way to the dead topic: whole, sealed, and with the reason.
struct DeadLetter: Sendable {
    let service: ServiceName
    let topic: String
    let partition: Int32
    let offset: Int64
    let key: [UInt8]?
    let reason: String
    let detail: String
    /// The record's value and headers, as `DeadLetterSeal` closed them.
    let sealed: [UInt8]
    /// What its sender is told; nil where nobody can be told: it says not even what it is, or a service of ours sent it.
    var reply: Reply?

    struct Reply: Sendable {
        let envelope: EventEnvelope
        let refusal: Refusal
    }

    func message(at now: Instant) -> OutboxMessage {
        var headers = Headers()
        headers.append(HeaderName.reason, reason)
        headers.append(HeaderName.detail, detail)
        headers.append(HeaderName.topic, topic)
        headers.append(HeaderName.partition, String(partition))
        headers.append(HeaderName.offset, String(offset))
        headers.append(HeaderName.at, now.description)
        return OutboxMessage(topic: Topic.dead(of: service).name, key: key, value: sealed, headers: headers)
    }

    /// What is there to be read without keys. None of it holds anything of what was sent.
    enum HeaderName {
        static let reason = "muster_dead_reason"
        static let detail = "muster_dead_detail"
        static let topic = "muster_dead_topic"
        static let partition = "muster_dead_partition"
        static let offset = "muster_dead_offset"
        static let at = "muster_dead_at"
    }
}

/// What a dead letter says in the open: where it came from, and why it is here.
public struct DeadLetterNote: Sendable, Equatable {
    public let topic: String
    public let partition: Int32
    public let offset: Int64
    public let reason: String
    public let detail: String
    /// When it was given up, in city time.
    public let at: String

    /// Nil when the record is no dead letter.
    public init?(_ record: Record) {
        func text(_ name: String) -> String? { record.header(name).map { String(decoding: $0, as: UTF8.self) } }
        guard let topic = text(DeadLetter.HeaderName.topic),
            let partition = text(DeadLetter.HeaderName.partition).flatMap({ Int32($0) }),
            let offset = text(DeadLetter.HeaderName.offset).flatMap({ Int64($0) })
        else { return nil }
        self.topic = topic
        self.partition = partition
        self.offset = offset
        reason = text(DeadLetter.HeaderName.reason) ?? ""
        detail = text(DeadLetter.HeaderName.detail) ?? ""
        at = text(DeadLetter.HeaderName.at) ?? ""
    }
}
