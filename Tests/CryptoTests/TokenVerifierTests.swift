import FoundationEssentials
import Testing

@testable import Crypto

@Suite struct TokenVerifierTests {
    static let time = Date(timeIntervalSince1970: 1_800_000_000)
    static let issuer = "https://id.example.city"
    let key = JSONWebKey.generateP256()

    func verifier(
        _ keys: KeySet, audience: String = "dispatch", now: @escaping @Sendable () -> Date = { time }
    ) -> TokenVerifier {
        TokenVerifier(issuer: Self.issuer, audience: audience, keys: keys, leeway: 30, now: now)
    }

    /// The test's own key, known as `k`.
    func keys() throws -> KeySet {
        var json = key.json(includingPrivate: false)
        json.set("kid", "k")
        return try KeySet(jwks: Array(#"{"keys":["#.utf8) + json.serialized() + Array("]}".utf8))
    }

    static let header = #"{"alg":"ES256","kid":"k","typ":"at+jwt"}"#
    static let payload = #"""
        {"iss":"https://id.example.city","sub":"p","aud":"dispatch","exp":1800000300,"iat":1800000000,"jti":"1"}
        """#

    /// A token with this header and payload, truly signed.
    func signed(_ payload: String, header: String = header) throws -> String {
        let header = try object(header)
        return key.sign(Array(payload.utf8), header: header)
    }

    /// A token whose signature is 64 zeros: for what must be refused before the signature is looked at.
    static func unsigned(_ header: String, _ payload: String = payload) -> String {
        [Array(header.utf8), Array(payload.utf8), [UInt8](repeating: 0, count: 64)]
            .map { Base64URL.encode($0) }.joined(separator: ".")
    }

    @Test func `another maker's RS256 token is understood`() throws {
        let keys = try KeySet(jwks: Array(TokenFixtures.jwks.utf8))
        let claims = try verifier(keys).verify(TokenFixtures.rs256)
        #expect(
            claims
                == Claims(
                    issuer: Self.issuer, subject: "person-7", audience: ["dispatch", "credit"],
                    expiresAt: Self.time + 300, issuedAt: Self.time, notBefore: Self.time, jwtID: "t-1",
                    roles: ["patrol", "lead"], strings: ["client_id": "app", "name": "王芳"]))
    }

    @Test func `another maker's ES256 token is understood`() throws {
        let keys = try KeySet(jwks: Array(TokenFixtures.jwks.utf8))
        let claims = try verifier(keys).verify(TokenFixtures.es256)
        #expect(
            claims
                == Claims(
                    issuer: Self.issuer, subject: "person-7", audience: ["dispatch"],
                    expiresAt: Self.time + 300.5, issuedAt: Self.time, jwtID: "t-1", roles: ["patrol", "lead"],
                    strings: ["client_id": "app", "name": "王芳"]))
    }

    @Test(arguments: [
        ("", TokenError.malformed("it has not three parts")),
        ("a.b", .malformed("it has not three parts")),
        ("a.b.c.d.e", .malformed("it has not three parts")),
        ("..", .malformed("its header is no JSON object")),
        ("YQ==.YQ.YQ", .malformed("a part is not Base64url")),
        ("YQ.Y.YQ", .malformed("a part is not Base64url")),
        ("YQ.YQ.Y Q", .malformed("a part is not Base64url")),
        (unsigned("x"), .malformed("its header is no JSON object")),
        (unsigned("[]"), .malformed("its header is no JSON object")),
        (unsigned(#"{"alg":"none","alg":"ES256"}"#), .malformed("its header is no JSON object")),
        (unsigned(#"{"kid":"k","typ":"at+jwt"}"#), .malformed("its header names no alg")),
        (unsigned(#"{"alg":7,"kid":"k","typ":"at+jwt"}"#), .malformed("its header names no alg")),
        (unsigned(#"{"alg":"ES256","kid":7,"typ":"at+jwt"}"#), .malformed("its kid is no text")),
        (unsigned(#"{"alg":"ES256","kid":"k","typ":"at+jwt","crit":["b64"]}"#), .malformed("its header has crit")),
        (unsigned(#"{"alg":"none","kid":"k","typ":"at+jwt"}"#), .algorithmNotAllowed("none")),
        (unsigned(#"{"alg":"HS256","kid":"k","typ":"at+jwt"}"#), .algorithmNotAllowed("HS256")),
        (unsigned(#"{"alg":"es256","kid":"k","typ":"at+jwt"}"#), .algorithmNotAllowed("es256")),
        (unsigned(#"{"alg":"RS256","kid":"k","typ":"at+jwt"}"#), .algorithmNotAllowed("RS256")),
        (unsigned(#"{"alg":"ES256","kid":"k"}"#), .wrongType(nil)),
        (unsigned(#"{"alg":"ES256","kid":"k","typ":"JWT"}"#), .wrongType("JWT")),
        (unsigned(#"{"alg":"ES256","kid":"../k","typ":"at+jwt"}"#), .unknownKey("../k")),
        (unsigned(#"{"alg":"ES256","kid":"k","typ":"at+jwt"}"#), .badSignature),
    ])
    func `a token is refused for what its header says`(token: String, expected: TokenError) throws {
        let verifier = verifier(try keys())
        #expect(throws: expected) { try verifier.verify(token) }
    }

    static func payload(_ changed: String, _ value: String?) -> String {
        let claims = [
            "iss": #""https://id.example.city""#, "sub": #""p""#, "aud": #""dispatch""#, "exp": "1800000300",
            "iat": "1800000000", "jti": #""1""#,
        ].merging([changed: value ?? ""]) { $1 }.filter { !$0.value.isEmpty }
        return "{" + claims.sorted { $0.key < $1.key }.map { #""\#($0)":\#($1)"# }.joined(separator: ",") + "}"
    }

    struct Case: Sendable {
        let claim: String
        /// As JSON; nil for a token without the claim.
        let value: String?
        /// Nil for a token that is taken.
        let expected: TokenError?

        init(_ claim: String, _ value: String?, _ expected: TokenError?) {
            self.claim = claim
            self.value = value
            self.expected = expected
        }
    }

    @Test(arguments: [
        Case("iss", nil, .missingClaim("iss")),
        Case("sub", nil, .missingClaim("sub")),
        Case("aud", nil, .missingClaim("aud")),
        Case("exp", nil, .missingClaim("exp")),
        Case("iat", nil, .missingClaim("iat")),
        Case("jti", nil, .missingClaim("jti")),
        Case("iss", "7", .malformed("the claim iss is of another type")),
        Case("sub", "null", .malformed("the claim sub is of another type")),
        Case("aud", #"["dispatch",7]"#, .malformed("the claim aud is of another type")),
        Case("exp", #""1800000300""#, .malformed("the claim exp is of another type")),
        Case("nbf", "true", .malformed("the claim nbf is of another type")),
        Case("roles", #""patrol""#, .malformed("the claim roles is of another type")),
        Case("iss", #""https://id.example.city/""#, .wrongIssuer("https://id.example.city/")),
        Case("aud", #""credit""#, .wrongAudience(["credit"])),
        Case("aud", "[]", .wrongAudience([])),
        Case("aud", #"["Dispatch"]"#, .wrongAudience(["Dispatch"])),
        Case("exp", "1799999970", .expired(at: time - 30)),
        Case("exp", "-1", .expired(at: Date(timeIntervalSince1970: -1))),
        Case("exp", "1e300", nil),
        Case("exp", "1799999971", nil),
        Case("nbf", "1800000031", .notYetValid(until: time + 31)),
        Case("nbf", "1800000030", nil),
        Case("iat", "1800000031", .notYetValid(until: time + 31)),
        Case("iat", "1800000030", nil),
        Case("aud", #"["credit","dispatch"]"#, nil),
        Case("jku", #""https://evil.example/keys""#, nil),
    ])
    func `a well-signed token is judged by its claims`(_ given: Case) throws {
        let verifier = verifier(try keys())
        let token = try signed(Self.payload(given.claim, given.value))
        if let expected = given.expected {
            #expect(throws: expected) { try verifier.verify(token) }
        } else {
            #expect(try verifier.verify(token).subject == "p")
        }
    }

    @Test func `a payload that is no object, or says a thing twice, is refused though well signed`() throws {
        let verifier = verifier(try keys())
        for payload in ["7", "[]", "{", #"{"sub":"a","sub":"b"}"#] {
            let token = try signed(payload)
            #expect(throws: TokenError.malformed("its payload is no JSON object")) { try verifier.verify(token) }
        }
    }

    @Test func `a key that the token brings along is not believed`() throws {
        let attacker = JSONWebKey.generateP256()
        let brought = String(decoding: attacker.json(includingPrivate: false).serialized(), as: UTF8.self)
        let header = try object(
            #"{"alg":"ES256","kid":"k","typ":"at+jwt","jwk":\#(brought),"jku":"https://evil.example"}"#)
        let token = attacker.sign(Array(Self.payload.utf8), header: header)
        let verifier = verifier(try keys())
        #expect(throws: TokenError.badSignature) { try verifier.verify(token) }
    }

    @Test func `a token without kid is checked only where there is one key for it`() throws {
        let token = try signed(Self.payload, header: #"{"alg":"ES256","typ":"at+jwt"}"#)
        #expect(try verifier(keys()).verify(token).subject == "p")

        let point = #""kty":"EC","crv":"P-256","x":"\#(KeySetTests.x)","y":"\#(KeySetTests.y)""#
        let own = String(decoding: key.json(includingPrivate: false).serialized(), as: UTF8.self)
        let two = try KeySet(jwks: Array(#"{"keys":[{\#(point)},\#(own)]}"#.utf8))
        #expect(throws: TokenError.unknownKey(nil)) { try verifier(two).verify(token) }
    }

    @Test func `an algorithm that is known but not allowed here is refused`() throws {
        let keys = try KeySet(jwks: Array(TokenFixtures.jwks.utf8))
        let strict = TokenVerifier(
            issuer: Self.issuer, audience: "dispatch", algorithms: [.es256], keys: keys, now: { Self.time })
        #expect(throws: TokenError.algorithmNotAllowed("RS256")) { try strict.verify(TokenFixtures.rs256) }
    }

    @Test func `no character of a token can be changed`() throws {
        let verifier = verifier(try keys())
        let token = Array(try signed(Self.payload).utf8)
        for index in token.indices {
            var changed = token
            changed[index] = token[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(throws: TokenError.self) { try verifier.verify(String(decoding: changed, as: UTF8.self)) }
        }
    }

    @Test func `a signature padded with zeros is not a second valid one`() throws {
        let verifier = verifier(try keys())
        let token = try signed(Self.payload)
        let parts = token.split(separator: ".")
        let signature = try #require(Base64URL.decode(parts[2]))
        let padded = [0] + signature[..<32] + [0] + signature[32...]
        #expect(throws: TokenError.badSignature) {
            try verifier.verify("\(parts[0]).\(parts[1]).\(Base64URL.encode(padded))")
        }
    }

    @Test func `a token of any length costs next to nothing`() throws {
        let verifier = verifier(try keys())
        #expect(throws: TokenError.tooLong(bytes: 8193)) { try verifier.verify(String(repeating: "a", count: 8193)) }
    }
}
