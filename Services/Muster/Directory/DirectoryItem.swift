import Contracts
import Crypto
import ServiceKit

/// An entry of the directory as intake takes it over HTTP.
struct DirectoryItem: Sendable {
    let json: JSONValue
    let isPerson: Bool

    /// The id follows from the content and the day, so that loading twice lists nothing twice.
    init(_ member: String, _ payload: some EventPayload, day: Instant = MachineClock.now()) throws {
        isPerson = payload is PersonListed
        let data = try EventJSON.encode(payload)
        let date = String(day.description.prefix(10))
        let digest = SHA256.digest(of: Array("\(date) \(payload.key) ".utf8) + data).bytes
        json = .object([
            "id": .string("dir-" + Hex.encode(Array(digest.prefix(12)))), "time": .string("\(date)T00:00:00.000Z"),
            member: try EventJSON.decode(JSONValue.self, from: data),
        ])
    }
}
