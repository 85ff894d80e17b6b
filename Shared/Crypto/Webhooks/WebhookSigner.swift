/// Signs what is posted to a webhook, as Standard Webhooks 1.0.0 has it (symmetric signatures, `v1`).
///
/// The receiver checks the header `webhook-signature` against `webhook-id`, `webhook-timestamp` and the raw body. The
/// id stays the same over all attempts at one message; the timestamp, and so the signature, are those of the attempt.
public struct WebhookSigner: Sendable {
    private let key: [UInt8]

    /// - Parameter secret: `whsec_` and 24 to 64 bytes in Base64, as the receiver's operator was given it.
    public init(secret: String) throws(WebhookSecretError) {
        guard secret.hasPrefix("whsec_") else { throw .noPrefix }
        guard let key = Base64.decode(secret.dropFirst("whsec_".count)) else { throw .notBase64 }
        guard (24...64).contains(key.count) else { throw .wrongLength(bytes: key.count) }
        self.key = key
    }

    /// The value of `webhook-signature`.
    /// - Parameters:
    ///   - id: the value of `webhook-id`; holds no full stop, or the signed text would be ambiguous.
    ///   - timestamp: the value of `webhook-timestamp`, in seconds since 1970.
    public func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        precondition(!id.contains("."), "a message id holds no full stop")
        let signed = Array("\(id).\(timestamp).".utf8) + body
        return "v1," + Base64.encode(HMAC.sha256(key: key, message: signed))
    }
}

/// Says nothing of the secret itself: the message may be logged.
public enum WebhookSecretError: Error, Equatable, Sendable, CustomStringConvertible {
    case noPrefix
    case notBase64
    case wrongLength(bytes: Int)

    public var description: String {
        switch self {
        case .noPrefix: "a webhook secret begins with whsec_"
        case .notBase64: "a webhook secret is whsec_ and padded Base64 without line breaks"
        case .wrongLength(let bytes): "a webhook secret holds 24 to 64 bytes, this one \(bytes)"
        }
    }
}
