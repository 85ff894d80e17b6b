import Contracts
import HTTPServer

/// A body of one item or of up to 500: each gets a receipt of its own, and a bad one costs the others nothing.
///
/// An item is a payload's members and beside them `id`, `time`, and where a gateway sends it `actor`. It is decoded once, straight
/// into its type.
struct Upload<Payload: EventPayload>: Decodable {
    /// Whether a list was sent, which then is answered by a list.
    let isList: Bool
    /// In the order of the body.
    let items: [UploadedItem<Payload>]

    private enum Key: String, CodingKey { case items }

    init(from decoder: any Decoder) throws {
        // An object without a list first: what does not fit costs a decoder far more than what does.
        if let members = try? decoder.container(keyedBy: Key.self) {
            if members.contains(.items), let list = try? members.nestedUnkeyedContainer(forKey: .items) {
                (isList, items) = (true, try Self.items(list))
            } else {
                (isList, items) = (false, [UploadedItem(from: decoder)])
            }
        } else if let list = try? decoder.unkeyedContainer() {
            (isList, items) = (true, try Self.items(list))
        } else {
            throw Problem(.wrongType, errors: [.init(pointer: "#", "must be an object, or an array of objects")])
        }
    }

    private static func items(_ list: any UnkeyedDecodingContainer) throws -> [UploadedItem<Payload>] {
        if let count = list.count, count > UploadLimit.items {
            throw Problem(
                .contentTooLarge, detail: "There are \(count) items: send at most \(UploadLimit.items) at once.")
        }
        var list = list
        var items: [UploadedItem<Payload>] = []
        while !list.isAtEnd { items.append(try list.decode(UploadedItem<Payload>.self)) }
        return items
    }
}

enum UploadLimit {
    static let items = 500
    static let body = BodyLimits(bytes: 4 << 20, depth: 16)
}

/// One item as far as it could be read: decoding it never throws, so that the next one is read too.
struct UploadedItem<Payload: EventPayload>: Decodable {
    private let id: String?
    private let time: Instant?
    private let hasActor: Bool
    private let actor: PersonID?
    private let isObject: Bool
    private let payload: Result<Payload, UnreadableEvent>

    private enum Key: String, CodingKey { case id, time, actor }

    init(from decoder: any Decoder) {
        let members = try? decoder.container(keyedBy: Key.self)
        isObject = members != nil
        id = try? members?.decode(String.self, forKey: .id)
        time = try? members?.decode(Instant.self, forKey: .time)
        hasActor = members?.contains(.actor) ?? false
        actor = hasActor ? try? members?.decode(PersonID.self, forKey: .actor) : nil
        do throws(UnreadableEvent) {
            payload = .success(try EventJSON.payload(Payload.self, from: decoder))
        } catch { payload = .failure(error) }
    }

    /// The item as an event, or the receipt that says what is wrong with it.
    func read(from identity: Identity) -> Result<(EventEnvelope, Payload), Receipt.Failure> {
        guard isObject else {
            return .failure(.init(id: "", "the item is no object: write {\"id\": …, \"time\": …, …}"))
        }
        guard let id, Identifier.isValid(id) else {
            return .failure(.init(id: "", "/id is missing or has the wrong form: \(Identifier.rule)"))
        }
        guard let time else {
            return .failure(.init(id: id, "/time is missing or no time: write RFC 3339 with an offset"))
        }
        var person = identity.person
        if case .gateway = identity.kind, hasActor {
            guard actor != nil else {
                return .failure(.init(id: id, "/actor has the wrong form: \(Identifier.rule)"))
            }
            person = actor
        }
        let envelope = EventEnvelope(id: id, source: identity.source, type: Payload.type, time: time, actor: person)
        return payload.map { (envelope, $0) }.mapError { .init(id: id, $0.detail) }
    }
}

extension Receipt {
    /// An item that could not be read.
    struct Failure: Error, Sendable {
        let receipt: Receipt

        init(id: String, _ detail: String) {
            receipt = Receipt(id: id, verdict: .refused, reason: Refusal(.malformed, detail))
        }
    }
}
