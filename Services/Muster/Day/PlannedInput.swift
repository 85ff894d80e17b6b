import Contracts

/// Something that a gateway or a person will send at a moment of the simulated day.
struct PlannedInput: Sendable {
    enum Way: Sendable, Equatable {
        case topic
        case http
    }

    /// What ought to become of it; the reconciliation compares what did.
    enum Fate: Sendable, Hashable {
        case taken
        /// A repeat of one that was sent before.
        case known
        case refused(Refusal.Code)
        /// Nothing that could be read: to the dead topic.
        case dead
    }

    enum Payload: Sendable {
        case visit(VisitReported)
        case finding(FindingReported)
        case complaint(ComplaintReceived)
        case deed(DeedReported)
        case hours(HoursReported)
        case consent(ConsentChanged)
        case action(CaseAction)

        var value: any EventPayload {
            switch self {
            case .visit(let value): value
            case .finding(let value): value
            case .complaint(let value): value
            case .deed(let value): value
            case .hours(let value): value
            case .consent(let value): value
            case .action(let value): value
            }
        }

        /// The route that takes it over HTTP, and its service.
        var route: (service: ServiceName, path: String) {
            switch self {
            case .visit: (.intake, "/v1/visits")
            case .finding: (.intake, "/v1/findings")
            case .complaint: (.dispatch, "/v1/complaints")
            case .deed: (.credit, "/v1/deeds")
            case .hours: (.credit, "/v1/hours")
            case .consent: (.credit, "/v1/consents")
            case .action: (.dispatch, "/v1/actions")
            }
        }
    }

    var id: String
    /// When it happened.
    var occurredAt: Instant
    /// When it is sent: later, where the sender had no network.
    var sentAt: Instant
    var source: String
    var actor: PersonID?
    var payload: Payload
    var way: Way
    var fate: Fate = .taken
    /// Replaces the payload's JSON: for poison.
    var rawValue: [UInt8]?
    /// Where it is put, bare of headers, in place of its type's own topic: for poison on what services say to each other.
    var strayTopic: Topic?

    /// Where it goes when it goes by topic.
    var topic: Topic { strayTopic ?? type(of: payload.value).topic }

    var envelope: EventEnvelope {
        EventEnvelope(
            id: id, source: source, type: type(of: payload.value).type, time: occurredAt, actor: actor)
    }
}
