/// The signatures that a token may bear (RFC 7518). Symmetric ones are left out on purpose: who can check such a token
/// can make one.
public enum SigningAlgorithm: String, Sendable, CaseIterable {
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256 = "RS256"
}
