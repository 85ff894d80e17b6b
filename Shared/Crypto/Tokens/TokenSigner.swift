/// Signs access tokens with ES256: for development and tests, where there is no issuer. Whoever holds its key can be
/// anybody.
public struct TokenSigner: Sendable {
    /// The key's thumbprint (RFC 7638), so that the same key always has the same id.
    public let keyID: String
    private let key: JSONWebKey

    /// A signer with a key of its own, made now.
    public init() {
        self.init(.generateP256())
    }

    /// A signer with the key that ``privateJWK`` gave.
    public init(privateJWK: [UInt8]) throws(TokenSignerError) {
        guard let json = JSONObject(parsing: privateJWK), json.has("d"), JSONWebKey.algorithm(of: json) == .es256,
            case .key(let key) = JSONWebKey.load(json, algorithm: .es256)
        else { throw TokenSignerError() }
        self.init(key)
    }

    private init(_ key: JSONWebKey) {
        self.key = key
        keyID = Self.thumbprint(key)
    }

    /// The private key as a JWK: store it where nobody else can read it.
    public var privateJWK: [UInt8] {
        described(key.json(includingPrivate: true))
    }

    /// The public key as a JWKS document, as an issuer would publish it.
    public var publicJWKS: [UInt8] {
        Array(#"{"keys":["#.utf8) + described(key.json(includingPrivate: false)) + Array("]}".utf8)
    }

    /// What a ``TokenVerifier`` checks this signer's tokens with.
    public var keySet: KeySet {
        get throws(KeySetError) { try KeySet(jwks: publicJWKS) }
    }

    /// The token in compact form. Times are cut to whole seconds.
    public func sign(_ claims: Claims) -> String {
        var header = JSONObject()
        header.set("alg", SigningAlgorithm.es256.rawValue)
        header.set("kid", keyID)
        header.set("typ", "at+jwt")
        return key.sign(claims.json.serialized(), header: header)
    }

    private func described(_ json: consuming JSONObject) -> [UInt8] {
        var json = json
        json.set("alg", SigningAlgorithm.es256.rawValue)
        json.set("kid", keyID)
        json.set("use", "sig")
        return json.serialized()
    }

    /// RFC 7638: the digest of those members that make the key, sorted.
    static func thumbprint(_ key: JSONWebKey) -> String {
        let json = key.json(includingPrivate: false)
        var members = JSONObject()
        for name in ["crv", "kty", "x", "y"] {
            guard let text = json.string(name) else { preconditionFailure("a P-256 key has \(name)") }
            members.set(name, text)
        }
        return Base64URL.encode(SHA256.digest(of: members.serialized()).bytes)
    }
}

public struct TokenSignerError: Error, Equatable, Sendable, CustomStringConvertible {
    public var description: String {
        "the signing key is no private JWK of the curve P-256: make a new one (an old token then stops working)"
    }
}
