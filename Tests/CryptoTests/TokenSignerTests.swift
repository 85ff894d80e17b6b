import FoundationEssentials
import Testing

@testable import Crypto

@Suite struct TokenSignerTests {
    static let time = Date(timeIntervalSince1970: 1_800_000_000)
    static let claims = Claims(
        issuer: "muster", subject: "p \"1\"", audience: ["intake", "dispatch"], expiresAt: time + 300, issuedAt: time,
        notBefore: time, jwtID: "1", roles: ["patrol"], strings: ["name": "王芳", "client_id": "muster"])

    func key(_ index: Int, of jwks: [UInt8]) throws -> JSONObject {
        guard let key = try object(String(decoding: jwks, as: UTF8.self)).object(in: "keys", at: index) else {
            throw NotAnObject()
        }
        return key
    }

    func verified(_ token: String, _ keys: KeySet) throws -> Claims {
        try TokenVerifier(issuer: "muster", audience: "dispatch", keys: keys) { Self.time }.verify(token)
    }

    @Test func `every claim comes back as it was signed`() throws {
        let signer = TokenSigner()
        #expect(try verified(signer.sign(Self.claims), signer.keySet) == Self.claims)
    }

    @Test func `a stored key signs what the first one's key set checks`() throws {
        let first = TokenSigner()
        let second = try TokenSigner(privateJWK: first.privateJWK)
        #expect(second.keyID == first.keyID)
        #expect(second.publicJWKS == first.publicJWKS)
        #expect(try verified(second.sign(Self.claims), first.keySet) == Self.claims)
    }

    @Test func `the published set holds no private part`() throws {
        let signer = TokenSigner()
        let json = try key(0, of: signer.publicJWKS)
        #expect(Set(json.allStrings().keys) == ["kty", "crv", "x", "y", "kid", "use", "alg"])
        let secret = try #require(try object(String(decoding: signer.privateJWK, as: UTF8.self)).string("d"))
        #expect(!String(decoding: signer.publicJWKS, as: UTF8.self).contains(secret))
    }

    @Test func `a key is named by its thumbprint`() throws {
        let json = try key(1, of: Array(TokenFixtures.jwks.utf8))
        guard case .key(let key) = JSONWebKey.load(json, algorithm: .es256) else {
            Issue.record("the key loads")
            return
        }
        #expect(TokenSigner.thumbprint(key) == TokenFixtures.thumbprint)
    }

    /// One in 128 has a leading zero in either half, which must be kept.
    @Test func `signatures always have 64 bytes`() throws {
        let signer = TokenSigner()
        let lengths = (0..<600).map { _ in
            signer.sign(Self.claims).split(separator: ".").last.flatMap { Base64URL.decode($0) }?.count
        }
        #expect(Set(lengths) == [64])
    }

    @Test func `what is no private key is refused`() throws {
        let signer = TokenSigner()
        let documents: [[UInt8]] = [[], Array("{}".utf8), signer.publicJWKS, Array(TokenFixtures.jwks.utf8)]
        for document in documents {
            #expect(throws: TokenSignerError()) { try TokenSigner(privateJWK: document) }
        }
    }
}
