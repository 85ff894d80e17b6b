public import FoundationEssentials

/// What an access token says (RFC 9068).
public struct Claims: Hashable, Sendable {
    /// `iss`: who gave the token out.
    public var issuer: String
    /// `sub`: who acts.
    public var subject: String
    /// `aud`: whom the token is meant for.
    public var audience: [String]
    /// `exp`: from then on the token is worth nothing.
    public var expiresAt: Date
    /// `iat`.
    public var issuedAt: Date
    /// `nbf`: before that the token is worth nothing.
    public var notBefore: Date?
    /// `jti`: this token's own id.
    public var jwtID: String
    /// `roles`; empty where the token has none.
    public var roles: [String]
    /// Every other claim that is a text, by its name.
    public var strings: [String: String]

    public init(
        issuer: String, subject: String, audience: [String], expiresAt: Date, issuedAt: Date, notBefore: Date? = nil,
        jwtID: String, roles: [String] = [], strings: [String: String] = [:]
    ) {
        self.issuer = issuer
        self.subject = subject
        self.audience = audience
        self.expiresAt = expiresAt
        self.issuedAt = issuedAt
        self.notBefore = notBefore
        self.jwtID = jwtID
        self.roles = roles
        self.strings = strings
    }
}

extension Claims {
    /// The claims that have properties of their own, and so are not in ``strings``.
    private static let registered: Set<String> = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "roles"]

    init(_ json: borrowing JSONObject) throws(TokenError) {
        issuer = try Self.required("iss", json, json.string("iss"))
        subject = try Self.required("sub", json, json.string("sub"))
        audience = try Self.required("aud", json, json.string("aud").map { [$0] } ?? json.strings("aud"))
        expiresAt = Date(timeIntervalSince1970: try Self.required("exp", json, json.number("exp")))
        issuedAt = Date(timeIntervalSince1970: try Self.required("iat", json, json.number("iat")))
        jwtID = try Self.required("jti", json, json.string("jti"))
        notBefore = try Self.optional("nbf", json, json.number("nbf")).map { Date(timeIntervalSince1970: $0) }
        roles = try Self.optional("roles", json, json.strings("roles")) ?? []
        strings = json.allStrings().filter { !Self.registered.contains($0.key) }
    }

    /// Whole seconds, as most issuers write them.
    var json: JSONObject {
        var json = JSONObject()
        for (name, text) in strings where !Self.registered.contains(name) {
            json.set(name, text)
        }
        json.set("iss", issuer)
        json.set("sub", subject)
        json.set("aud", audience)
        json.set("exp", Int64(expiresAt.timeIntervalSince1970))
        json.set("iat", Int64(issuedAt.timeIntervalSince1970))
        if let notBefore {
            json.set("nbf", Int64(notBefore.timeIntervalSince1970))
        }
        json.set("jti", jwtID)
        json.set("roles", roles)
        return json
    }

    private static func required<Value>(
        _ name: String, _ json: borrowing JSONObject, _ value: Value?
    ) throws(TokenError) -> Value {
        guard let value = try optional(name, json, value) else { throw .missingClaim(name) }
        return value
    }

    /// A claim that is there must be of its type: nil is for absent ones alone.
    private static func optional<Value>(
        _ name: String, _ json: borrowing JSONObject, _ value: Value?
    ) throws(TokenError) -> Value? {
        guard value != nil || !json.has(name) else { throw .malformed("the claim \(name) is of another type") }
        return value
    }
}
