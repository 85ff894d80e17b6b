/// The public keys that an issuer signs tokens with, as it publishes them (JWKS, RFC 7517).
///
/// What can't be used is left out and told in ``ignored``, as the RFC asks: an issuer may publish keys for other
/// purposes, or of kinds that came later.
public struct KeySet: Sendable {
    /// A document that is longer is refused unread, in bytes.
    public static let maximumLength = 262_144

    /// One line for each key left out, with the reason: for the log.
    public let ignored: [String]
    private let keys: [JSONWebKey]

    /// - Throws: ``KeySetError`` when nothing in the document could check a signature.
    public init(jwks: [UInt8]) throws(KeySetError) {
        guard jwks.count <= Self.maximumLength else { throw .tooLong(bytes: jwks.count) }
        guard let document = JSONObject(parsing: jwks), let count = document.count(of: "keys") else {
            throw .malformed
        }
        var keys: [JSONWebKey] = []
        var ignored: [String] = []
        for index in 0..<count {
            let loaded = Self.load(document, index, beside: keys)
            switch loaded {
            case .key(let key): keys.append(key)
            case .unusable(let reason): ignored.append("key \(index + 1): \(reason)")
            }
        }
        guard !keys.isEmpty else { throw .noUsableKey(ignored: ignored) }
        self.keys = keys
        self.ignored = ignored
    }

    init(_ key: JSONWebKey) {
        keys = [key]
        ignored = []
    }

    /// The ids of the usable keys, in the document's order; a key may have none.
    public var ids: [String?] { keys.map(\.id) }

    enum Lookup {
        case found(JSONWebKey)
        case unknown
        /// There is a key of that id, for another algorithm.
        case otherAlgorithm
    }

    /// A token that names no key gets one only where there is no choice.
    func key(id: String?, algorithm: SigningAlgorithm) -> Lookup {
        let named = id == nil ? keys : keys.filter { $0.id == id }
        let fitting = named.filter { $0.algorithm == algorithm }
        if let key = fitting.first, fitting.count == 1 { return .found(key) }
        return named.isEmpty || !fitting.isEmpty ? .unknown : .otherAlgorithm
    }

    private static func load(
        _ document: borrowing JSONObject, _ index: Int, beside others: [JSONWebKey]
    ) -> JSONWebKey.Import {
        guard let json = document.object(in: "keys", at: index) else { return .unusable("it is no object") }
        guard let algorithm = JSONWebKey.algorithm(of: json) else {
            return .unusable("its kind is neither RSA nor EC with P-256")
        }
        guard !json.has("use") || json.string("use") == "sig" else { return .unusable("its use is not sig") }
        guard !json.has("key_ops") || json.strings("key_ops")?.contains("verify") == true else {
            return .unusable("its key_ops leave verify out")
        }
        guard !json.has("alg") || json.string("alg") == algorithm.rawValue else {
            return .unusable("its alg is not \(algorithm.rawValue), which its kind is checked by")
        }
        guard !json.has("d") else { return .unusable("it is a private key, so anyone may sign with it") }
        let id = json.string("kid")
        guard !json.has("kid") || id != nil else { return .unusable("its kid is no text") }
        guard id == nil || !others.contains(where: { $0.id == id && $0.algorithm == algorithm }) else {
            return .unusable("an earlier key has the same kid")
        }
        return JSONWebKey.load(json, algorithm: algorithm)
    }
}

public enum KeySetError: Error, Equatable, Sendable, CustomStringConvertible {
    case tooLong(bytes: Int)
    /// No JSON object with an array `keys`.
    case malformed
    case noUsableKey(ignored: [String])

    public var description: String {
        switch self {
        case .tooLong(let bytes):
            "the key set has \(bytes) bytes, more than the \(KeySet.maximumLength) that are read: is it a JWKS document?"
        case .malformed:
            "the key set is no JWKS document: expected {\"keys\": [...]}, as the issuer's jwks_uri serves it"
        case .noUsableKey(let ignored):
            "the key set holds no key for ES256 or RS256" + ignored.map { "; " + $0 }.joined()
        }
    }
}
