/// CloudEvents 1.0 on Kafka (kafka-protocol-binding.md): binary mode out, binary and structured mode in.
///
/// Knows names and bytes only; the Kafka module knows records.
public enum CloudEvents {
    public static let contentType = "application/json"
    public static let structuredPrefix = "application/cloudevents"
    static let specVersion = "1.0"

    /// The headers of an event in binary mode, in a fixed order.
    public static func headers(of envelope: EventEnvelope) -> [(name: String, value: String)] {
        var headers = [
            ("content-type", contentType), ("ce_specversion", specVersion), ("ce_id", envelope.id),
            ("ce_source", envelope.source), ("ce_type", envelope.type), ("ce_time", envelope.time.description),
        ]
        func add(_ name: String, _ value: String?) {
            if let value { headers.append((name, value)) }
        }
        add("ce_subject", envelope.subject)
        add("ce_dataschema", "/schemas/\(envelope.type)")
        add("ce_recordedat", envelope.recordedAt?.description)
        add("ce_correlationid", envelope.correlationID)
        add("ce_causationid", envelope.causationID)
        add("ce_actor", envelope.actor?.text)
        add("traceparent", envelope.traceparent)
        return headers
    }

    /// Reads the attributes of a record's headers.
    ///
    /// - Parameter attribute: the value of a `ce_` attribute, nil where there is none.
    static func envelope(_ attribute: (String) -> String?, traceparent: String?) throws(UnreadableEvent)
        -> EventEnvelope
    {
        func required(_ name: String) throws(UnreadableEvent) -> String {
            guard let value = attribute(name), !value.isEmpty else {
                throw UnreadableEvent(.missingAttribute, "attribute \(name) is missing: CloudEvents 1.0 requires it")
            }
            return value
        }
        func instant(_ name: String) throws(UnreadableEvent) -> Instant? {
            guard let text = attribute(name) else { return nil }
            guard let instant = Instant(text) else {
                throw UnreadableEvent(.badAttribute, "attribute \(name) is no time: write RFC 3339 with an offset")
            }
            return instant
        }
        let version = try required("specversion")
        guard version == specVersion else {
            throw UnreadableEvent(.badAttribute, "attribute specversion is not known: write \(specVersion)")
        }
        let id = try required("id")
        guard Identifier.isValid(id) else {
            throw UnreadableEvent(.badAttribute, "attribute id has the wrong form: \(Identifier.rule)")
        }
        let source = try required("source")
        guard (1...128).contains(source.utf8.count), source.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw UnreadableEvent(.badAttribute, "attribute source has the wrong form: write a URI of 1 to 128 bytes")
        }
        guard let time = try instant("time") else {
            throw UnreadableEvent(.missingAttribute, "attribute time is missing: write when it happened, RFC 3339")
        }
        let actor = attribute("actor")
        if let actor, PersonID(actor) == nil {
            throw UnreadableEvent(.badAttribute, "attribute actor has the wrong form: \(Identifier.rule)")
        }
        return EventEnvelope(
            id: id, source: source, type: try required("type"), subject: attribute("subject"), time: time,
            recordedAt: try instant("recordedat"), correlationID: attribute("correlationid").flatMap(identifier),
            causationID: attribute("causationid").flatMap(identifier), actor: actor.flatMap { PersonID($0) },
            traceparent: traceparent)
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
