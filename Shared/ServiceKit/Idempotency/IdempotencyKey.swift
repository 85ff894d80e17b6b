import Contracts
import Crypto
import HTTPServer

/// The `Idempotency-Key` of a request (draft-ietf-httpapi-idempotency-key-header): the same key with the same request is answered as
/// it was the first time, and nothing happens again.
struct IdempotencyKey: Sendable, Hashable {
    /// Whose key it is: others may choose the same.
    let actor: String
    let key: String
    /// Of what is asked for: method, path, query and body, byte for byte.
    let digest: [UInt8]

    static let header = "Idempotency-Key"
    static let rule = "must be 1 to 255 visible ASCII characters, in quotes or without"

    /// Nil where the request has none.
    ///
    /// - Throws: `Problem` for one of the wrong form.
    init?(_ context: RequestContext, _ identity: Identity) throws(Problem) {
        let values = context.request.headers.values(Self.header)
        guard let value = values.first else { return nil }
        var key = value[...]
        if key.count >= 2, key.hasPrefix("\""), key.hasSuffix("\"") { key = key.dropFirst().dropLast() }
        guard values.count == 1, (1...255).contains(key.utf8.count),
            key.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
        else { throw Problem(.invalidParameter, errors: [.init(header: Self.header, Self.rule)]) }
        let target = context.request.target
        let head =
            "\(context.request.method) \(target.segments.joined(separator: "/"))\u{0}"
            + target.query.items.map { "\($0.name)=\($0.value)\u{0}" }.joined()
        self.init(
            actor: identity.keyOwner, key: String(key),
            digest: SHA256.digest(of: Array(head.utf8) + context.request.body).bytes)
    }

    init(actor: String, key: String, digest: [UInt8]) {
        self.actor = actor
        self.key = key
        self.digest = digest
    }

    /// The key alone, whatever is asked for with it.
    struct Name: Hashable, Sendable {
        let actor: String
        let key: String
    }

    var name: Name { Name(actor: actor, key: key) }
}

extension Identity {
    fileprivate var keyOwner: String {
        switch kind {
        case .person(let person): "person \(person)"
        case .gateway(let source): "gateway \(source)"
        case .operatorAccount(let name): "operator \(name)"
        }
    }
}
