import Contracts
import Foundation

/// The people and places of docs/example-directory, and what they send.
enum City {
    static let grid = UnitCode("371082007025001")!
    static let building = UnitCode("3710820070250010001")!
    static let chief = PersonID("p-grid-1")!

    static func now() -> Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }

    static func finding(_ text: String = "垃圾堆在楼下") -> FindingReported {
        FindingReported(
            grid: grid, place: Place(unit: building), category: "city-appearance.rubbish.exposed", severity: .normal,
            text: text)
    }

    /// A finding as the app gateway puts it on its topic.
    static func reported(_ id: String, at time: Instant, source: String = "app") -> Event<FindingReported> {
        Event(
            EventEnvelope(id: id, source: source, type: FindingReported.type, time: time, actor: chief), finding())
    }
}

/// An item of an upload: the payload's members, and the envelope's beside them.
struct Item<Payload: EventPayload>: Encodable {
    let id: String
    let time: Instant
    var actor: PersonID?
    let payload: Payload

    private enum Key: String, CodingKey { case id, time, actor }

    func encode(to encoder: any Encoder) throws {
        try payload.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(id, forKey: .id)
        try container.encode(time, forKey: .time)
        try container.encodeIfPresent(actor, forKey: .actor)
    }
}
