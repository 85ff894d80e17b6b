public import FoundationEssentials

/// Why a token is refused. None of these passes by trying the same token again, save `unknownKey` after the key set was
/// read anew, and `notYetValid` later.
public enum TokenError: Error, Equatable, Sendable {
    case tooLong(bytes: Int)
    case malformed(String)
    case algorithmNotAllowed(String)
    /// `typ` is not that of an access token.
    case wrongType(String?)
    /// The caller may read the issuer's key set anew, once and throttled: a key may have been added.
    case unknownKey(String?)
    case badSignature
    case missingClaim(String)
    case wrongIssuer(String)
    case wrongAudience([String])
    case expired(at: Date)
    case notYetValid(until: Date)
}

extension TokenError {
    /// A stable name, for metrics and for `error_description`.
    public var code: String {
        switch self {
        case .tooLong: "too_long"
        case .malformed: "malformed"
        case .algorithmNotAllowed: "algorithm_not_allowed"
        case .wrongType: "wrong_type"
        case .unknownKey: "unknown_key"
        case .badSignature: "bad_signature"
        case .missingClaim: "missing_claim"
        case .wrongIssuer: "wrong_issuer"
        case .wrongAudience: "wrong_audience"
        case .expired: "expired"
        case .notYetValid: "not_yet_valid"
        }
    }
}

extension TokenError: CustomStringConvertible {
    /// For the log. Quotes the token's own words, cut and escaped: they are a stranger's.
    public var description: String {
        switch self {
        case .tooLong(let bytes): "the token has \(bytes) bytes, more than \(TokenVerifier.maximumLength)"
        case .malformed(let what): "the token is malformed: \(what)"
        case .algorithmNotAllowed(let name): "the token is signed by \(quoted(name)), which is not allowed for its key"
        case .wrongType(let type):
            "the token's typ is \(type.map(quoted) ?? "missing"): an access token has at+jwt"
        case .unknownKey(let id):
            "the token is signed with the key \(id.map(quoted) ?? "of no name"), which is not known"
        case .badSignature: "the token's signature does not fit"
        case .missingClaim(let name): "the token has no claim \(name)"
        case .wrongIssuer(let issuer): "the token is of the issuer \(quoted(issuer)), which is not the configured one"
        case .wrongAudience(let audience):
            "the token is meant for \(audience.prefix(5).map(quoted).joined(separator: ", ")), not for this service"
        case .expired(let date): "the token expired at \(date.formatted(.iso8601))"
        case .notYetValid(let date): "the token is not valid before \(date.formatted(.iso8601)): do the clocks agree?"
        }
    }
}

private func quoted(_ text: String) -> String {
    let cut = text.count > 64 ? text.prefix(64) + "…" : text[...]
    return cut.debugDescription
}
