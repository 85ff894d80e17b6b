/// The attributes of a CloudEvents 1.0 event, all but its data.
public struct EventEnvelope: Sendable, Equatable {
    /// Unique per source. Our own are UUIDs; an input's is its sender's.
    public var id: String
    /// Who sent it: a gateway of the directory, or `muster/<service>`.
    public var source: String
    public var type: String
    public var subject: String?
    /// When people did it.
    public var time: Instant
    /// When it first reached us; nil in what a gateway sends.
    public var recordedAt: Instant?
    /// The id of the input that it all began with.
    public var correlationID: String
    /// The id of the event that caused this one; nil in an input.
    public var causationID: String?
    /// The person who acted.
    public var actor: PersonID?
    /// W3C trace context of the hop.
    public var traceparent: String?

    public init(
        id: String, source: String, type: String, subject: String? = nil, time: Instant, recordedAt: Instant? = nil,
        correlationID: String? = nil, causationID: String? = nil, actor: PersonID? = nil, traceparent: String? = nil
    ) {
        self.id = id
        self.source = source
        self.type = type
        self.subject = subject
        self.time = time
        self.recordedAt = recordedAt
        self.correlationID = correlationID ?? id
        self.causationID = causationID
        self.actor = actor
        self.traceparent = traceparent
    }
}

/// An event with what it says.
public struct Event<Payload: EventPayload>: Sendable, Equatable {
    public var envelope: EventEnvelope
    public var payload: Payload

    public init(_ envelope: EventEnvelope, _ payload: Payload) {
        self.envelope = envelope
        self.payload = payload
    }

    /// An event that this service makes because of another one.
    ///
    /// Its id follows from its cause; `ordinal` tells apart effects of one cause that have the same type and subject.
    public init(
        _ payload: Payload, by service: ServiceName, causedBy cause: EventEnvelope, at occurredAt: Instant? = nil,
        recordedAt: Instant, actor: PersonID? = nil, ordinal: Int = 0
    ) {
        let time = occurredAt ?? cause.time
        let id = EventID.derived(
            from: "\(cause.source) \(cause.id)", at: time, type: Payload.type, subject: payload.subject,
            ordinal: ordinal)
        self.init(
            EventEnvelope(
                id: id.description, source: service.source, type: Payload.type, subject: payload.subject, time: time,
                recordedAt: recordedAt, correlationID: cause.correlationID, causationID: cause.id,
                actor: actor ?? cause.actor, traceparent: cause.traceparent),
            payload)
    }
}
