import Testing

@testable import Crypto

@Suite struct KeySetTests {
    static let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
    static let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
    static let point = #""kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(y)""#

    func load(_ keys: String...) throws -> KeySet {
        try KeySet(jwks: Array(#"{"keys":[\#(keys.joined(separator: ","))]}"#.utf8))
    }

    @Test func `another maker's document is read`() throws {
        let keys = try KeySet(jwks: Array(TokenFixtures.jwks.utf8))
        #expect(keys.ids == ["rsa-1", "ec-1"])
        #expect(keys.ignored == [])
    }

    @Test(arguments: [
        (#"{\#(point),"use":"enc"}"#, "its use is not sig"),
        (#"{\#(point),"use":7}"#, "its use is not sig"),
        (#"{\#(point),"key_ops":["sign"]}"#, "its key_ops leave verify out"),
        (#"{\#(point),"alg":"RS256"}"#, "its alg is not ES256, which its kind is checked by"),
        (#"{\#(point),"alg":"ES384"}"#, "its alg is not ES256, which its kind is checked by"),
        (#"{\#(point),"kid":1}"#, "its kid is no text"),
        (#"{\#(point),"kid":"good"}"#, "an earlier key has the same kid"),
        (#"{\#(point),"d":"AQAB"}"#, "it is a private key, so anyone may sign with it"),
        (#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMko"}"#, "its kind is neither RSA nor EC with P-256"),
        (#"{"kty":"EC","crv":"P-384","x":"\#(x)","y":"\#(y)"}"#, "its kind is neither RSA nor EC with P-256"),
        (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)"}"#, "its kind is neither RSA nor EC with P-256"),
        (#"{"kty":"EC","crv":"P-256","x":"\#(x)"}"#, "its numbers are missing or no such key"),
        // Not a point of the curve.
        (#"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(x)"}"#, "its numbers are missing or no such key"),
        // Of what cjose would end the process by.
        (#"{"kty":"EC","crv":"P-256","x":"\#(x)=","y":"\#(y)"}"#, "its number x is no Base64url without padding"),
        (#"{"kty":"RSA","n":"\#(y)\#(y)","e":"AQ="}"#, "its number e is no Base64url without padding"),
        (#"{"kty":"RSA","n":"\#(y)\#(y)","e":"AQABA"}"#, "its number e is no Base64url without padding"),
        (#"{"kty":"RSA","n":"\#(y)\#(y)","e":65537}"#, "its number e is no Base64url without padding"),
        (#"{"kty":"RSA","e":"AQAB"}"#, "its numbers are missing or no such key"),
        (#"{"kty":"RSA","n":"\#(y)\#(y)","e":"AQAB"}"#, "an RSA key has 2048 to 8192 bits"),
        ("7", "it is no object"),
    ])
    func `a key that can't be used is left out with the reason`(key: String, reason: String) throws {
        let keys = try load(#"{\#(Self.point),"kid":"good"}"#, key)
        #expect(keys.ids == ["good"])
        #expect(keys.ignored == ["key 2: \(reason)"])
    }

    @Test func `a key may say that it is for signatures`() throws {
        let keys = try load(#"{\#(Self.point),"use":"sig","alg":"ES256","key_ops":["verify"],"x5t":"ignored"}"#)
        #expect(keys.ids == [nil])
    }

    @Test(arguments: ["", "[]", "null", #"{"keys":{}}"#, #"{"keys":[]} x"#, #"{"keys":[],"keys":[]}"#, "{"])
    func `what is no JWKS is refused`(document: String) {
        #expect(throws: KeySetError.malformed) { try KeySet(jwks: Array(document.utf8)) }
    }

    @Test func `a set without a usable key is refused and says why`() {
        #expect(throws: KeySetError.noUsableKey(ignored: [])) { try load() }
        #expect(throws: KeySetError.noUsableKey(ignored: ["key 1: its use is not sig"])) {
            try load(#"{\#(Self.point),"use":"enc"}"#)
        }
    }

    @Test func `a document beyond all reason is not read`() {
        #expect(throws: KeySetError.tooLong(bytes: 262_145)) {
            try KeySet(jwks: [UInt8](repeating: 32, count: 262_145))
        }
    }

    @Test func `the RFC's own token fits the RFC's own key`() throws {
        let keys = try KeySet(jwks: Array(TokenFixtures.rfc7515JWKS.utf8))
        guard case .found(let key) = keys.key(id: nil, algorithm: .es256) else {
            Issue.record("the only key is found without a name")
            return
        }
        #expect(try CompactToken(TokenFixtures.rfc7515).isSigned(with: key))
    }
}
