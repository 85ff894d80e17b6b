/// CloudEvents 1.0 on Kafka (kafka-protocol-binding.md): binary mode out, binary and structured mode in.
///
/// Knows names and bytes only; the Kafka module knows records.
public enum CloudEvents {
    public static let contentType = "application/json"
    public static let structuredPrefix = "application/cloudevents"
    static let specVersion = "1.0"

    /// The headers of an event in binary mode, in a fixed order.
    public static func headers(of envelope: EventEnvelope) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        write(envelope) { headers.append(($0, $1)) }
        return headers
    }

    /// The same, one after the other.
    public static func write(_ envelope: EventEnvelope, _ add: (_ name: String, _ value: String) -> Void) {
        func addIfThere(_ name: String, _ value: String?) {
            if let value { add(name, value) }
        }
        add("content-type", contentType)
        add("ce_specversion", specVersion)
        add("ce_id", envelope.id)
        add("ce_source", envelope.source)
        add("ce_type", envelope.type)
        add("ce_time", envelope.time.description)
        addIfThere("ce_subject", envelope.subject)
        add("ce_dataschema", "/schemas/" + envelope.type)
        addIfThere("ce_recordedat", envelope.recordedAt?.description)
        add("ce_correlationid", envelope.correlationID)
        addIfThere("ce_causationid", envelope.causationID)
        addIfThere("ce_actor", envelope.actor?.text)
        addIfThere("traceparent", envelope.traceparent)
    }

    /// What an event says of itself besides its data.
    enum Attribute: String {
        case specversion, id, source, type, time, subject, recordedat, correlationid, causationid, actor, traceparent

        /// Its header in binary mode; written out, since these are looked up for each record.
        var header: String {
            switch self {
            case .specversion: "ce_specversion"
            case .id: "ce_id"
            case .source: "ce_source"
            case .type: "ce_type"
            case .time: "ce_time"
            case .subject: "ce_subject"
            case .recordedat: "ce_recordedat"
            case .correlationid: "ce_correlationid"
            case .causationid: "ce_causationid"
            case .actor: "ce_actor"
            case .traceparent: "ce_traceparent"
            }
        }
    }

    /// Reads the attributes of a record.
    ///
    /// - Parameters:
    ///   - attribute: its value, nil where there is none.
    ///   - traceparent: of the transport; goes before the event's own.
    static func envelope(
        _ attribute: (Attribute) throws(UnreadableEvent) -> String?, traceparent: String?
    ) throws(UnreadableEvent) -> EventEnvelope {
        func required(_ name: Attribute) throws(UnreadableEvent) -> String {
            guard let value = try attribute(name), !value.isEmpty else {
                throw UnreadableEvent(.missingAttribute, "attribute \(name) is missing: CloudEvents 1.0 requires it")
            }
            return value
        }
        func instant(_ name: Attribute) throws(UnreadableEvent) -> Instant? {
            guard let text = try attribute(name) else { return nil }
            guard let instant = Instant(text) else {
                throw UnreadableEvent(.badAttribute, "attribute \(name) is no time: write RFC 3339 with an offset")
            }
            return instant
        }
        let version = try required(.specversion)
        guard version == specVersion else {
            throw UnreadableEvent(.badAttribute, "attribute specversion is not known: write \(specVersion)")
        }
        let id = try required(.id)
        guard Identifier.isValid(id) else {
            throw UnreadableEvent(.badAttribute, "attribute id has the wrong form: \(Identifier.rule)")
        }
        let source = try required(.source)
        guard (1...128).contains(source.utf8.count), source.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw UnreadableEvent(.badAttribute, "attribute source has the wrong form: write a URI of 1 to 128 bytes")
        }
        guard let time = try instant(.time) else {
            throw UnreadableEvent(.missingAttribute, "attribute time is missing: write when it happened, RFC 3339")
        }
        let actor = try attribute(.actor)
        if let actor, PersonID(actor) == nil {
            throw UnreadableEvent(.badAttribute, "attribute actor has the wrong form: \(Identifier.rule)")
        }
        return EventEnvelope(
            id: id, source: source, type: try required(.type), subject: try attribute(.subject), time: time,
            recordedAt: try instant(.recordedat), correlationID: try attribute(.correlationid).flatMap(identifier),
            causationID: try attribute(.causationid).flatMap(identifier), actor: actor.flatMap { PersonID($0) },
            traceparent: traceparent != nil ? traceparent : try attribute(.traceparent))
    }
}

/// Ids that only help to follow a matter are left out when they are unusable, and cost the event nothing.
private func identifier(_ text: String) -> String? { Identifier.isValid(text) ? text : nil }

/// Why a record is no event that anybody could act on.
public struct UnreadableEvent: Error, Sendable, Equatable, CustomStringConvertible {
    /// The reason in the dead topic's header and in the metrics; listed in docs/operations.md.
    public enum Reason: String, Sendable, CaseIterable {
        case missingAttribute = "missing-attribute"
        case badAttribute = "bad-attribute"
        case unknownType = "unknown-type"
        case notUTF8 = "not-utf8"
        case notJSON = "not-json"
        case wrongShape = "wrong-shape"
        case overLimit = "over-limit"
    }

    public let reason: Reason
    public let detail: String

    public init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }

    public var description: String { "\(reason.rawValue): \(detail)" }
}
