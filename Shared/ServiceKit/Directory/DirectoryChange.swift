public import Contracts

/// One entry of the city's directory as it is now.
public enum DirectoryChange: Sendable, Equatable {
    case unit(UnitListed, at: Instant)
    case person(PersonListed, at: Instant)
    case department(DepartmentListed, at: Instant)
    case gateway(GatewayListed, at: Instant)

    init(_ raw: CloudEvents.Raw) throws(UnreadableEvent) {
        // A later listing wins, whatever the order of arrival: `recordedAt` is intake's own clock.
        let at = raw.envelope.recordedAt ?? raw.envelope.time
        switch raw.envelope.type {
        case UnitListed.type: self = .unit(try EventJSON.payload(UnitListed.self, from: raw.data), at: at)
        case PersonListed.type: self = .person(try EventJSON.payload(PersonListed.self, from: raw.data), at: at)
        case DepartmentListed.type:
            self = .department(try EventJSON.payload(DepartmentListed.self, from: raw.data), at: at)
        case GatewayListed.type: self = .gateway(try EventJSON.payload(GatewayListed.self, from: raw.data), at: at)
        default: throw UnreadableEvent(.unknownType, "no such type is read from the directory: see docs/events.md")
        }
    }
}
