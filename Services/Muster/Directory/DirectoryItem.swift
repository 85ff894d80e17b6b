import Contracts
import Crypto
import ServiceKit

/// An entry of the directory as intake takes it over HTTP.
struct DirectoryItem: Sendable {
    /// `unit`, `person`, `department` or `gateway`.
    let kind: String
    /// What tells it from the others of its kind.
    let key: String
    let content: JSONValue
    /// On its own; the id follows from the content and the day, so that listing twice lists nothing twice.
    let json: JSONValue
    var isPerson: Bool { kind == "person" }

    init(_ kind: String, _ payload: some EventPayload, day: Instant = MachineClock.now()) throws {
        let data = try EventJSON.encode(payload)
        self.kind = kind
        key = String(payload.key.dropFirst(kind.count + 1))
        content = try EventJSON.decode(JSONValue.self, from: data)
        let date = String(day.description.prefix(10))
        json = .object([
            "id": Self.id("\(date) \(payload.key) ", data), "time": .string("\(date)T00:00:00.000Z"), kind: content,
        ])
    }

    /// - Parameter content: as intake answers it.
    init(_ kind: String, key: String, content: JSONValue) {
        self.kind = kind
        self.key = key
        self.content = content
        json = .null
    }

    /// As a part of a load, which can be undone.
    func json(load: String, at now: Instant) throws -> JSONValue {
        .object([
            "id": Self.id("\(load) \(kind):\(key) ", try EventJSON.encode(content)), "time": .string(now.description),
            "load": .string(load), kind: content,
        ])
    }

    private static func id(_ head: String, _ data: [UInt8]) -> JSONValue {
        .string("dir-" + Hex.encode(Array(SHA256.digest(of: Array(head.utf8) + data).bytes.prefix(12))))
    }
}
