public import Contracts
public import HTTPServer

/// A body of one item or of up to 500: each gets a receipt of its own, and a bad one costs the others nothing.
///
/// An item is a payload's members and beside them `id`, `time`, and where a gateway sends it `actor`.
public struct Upload: Sendable {
    public static let itemLimit = 500
    public static let limits = BodyLimits(bytes: 4 << 20, depth: 16)

    /// Whether a list was sent, which then is answered by a list.
    public let isList: Bool
    /// In the order of the body.
    public let items: [Result<Item, Receipt.Failure>]

    public struct Item: Sendable {
        public let envelope: EventEnvelope
        /// The payload as JSON, the members of the envelope among it.
        public let data: [UInt8]
    }

    /// - Throws: `Problem` when the body as a whole is unusable.
    public init(_ context: RequestContext, type: String, from identity: Identity) throws(Problem) {
        let body = try context.decodeJSON(Contracts.JSONValue.self)
        let values: [Contracts.JSONValue]
        switch body {
        case .array(let list):
            isList = true
            values = list
        case .object(let members):
            if case .array(let list)? = members["items"] {
                isList = true
                values = list
            } else {
                isList = false
                values = [body]
            }
        default:
            throw Problem(.wrongType, errors: [.init(pointer: "#", "must be an object, or an array of objects")])
        }
        guard values.count <= Self.itemLimit else {
            throw Problem(
                .contentTooLarge, detail: "There are \(values.count) items: send at most \(Self.itemLimit) at once.")
        }
        items = values.map { Self.item($0, type: type, from: identity) }
    }

    private static func item(
        _ value: Contracts.JSONValue, type: String, from identity: Identity
    ) -> Result<Item, Receipt.Failure> {
        guard case .object(let members) = value else {
            return .failure(.init(id: "", "the item is no object: write {\"id\": …, \"time\": …, …}"))
        }
        guard case .string(let id)? = members["id"], Identifier.isValid(id) else {
            return .failure(.init(id: "", "/id is missing or has the wrong form: \(Identifier.rule)"))
        }
        guard case .string(let text)? = members["time"], let time = Instant(text) else {
            return .failure(.init(id: id, "/time is missing or no time: write RFC 3339 with an offset"))
        }
        var actor = identity.person
        if case .gateway = identity.kind {
            if let member = members["actor"] {
                guard case .string(let name) = member, let person = PersonID(name) else {
                    return .failure(.init(id: id, "/actor has the wrong form: \(Identifier.rule)"))
                }
                actor = person
            }
        }
        guard let data = try? EventJSON.encode(value) else {
            return .failure(.init(id: id, "the item cannot be read"))
        }
        let envelope = EventEnvelope(
            id: id, source: identity.source, type: type, time: time, actor: actor)
        return .success(Item(envelope: envelope, data: data))
    }
}

extension Receipt {
    /// An item that could not be read.
    public struct Failure: Error, Sendable {
        public let receipt: Receipt

        init(id: String, _ detail: String) {
            receipt = Receipt(id: id, verdict: .refused, reason: Refusal(.malformed, detail))
        }
    }
}
