import Crypto
import FoundationEssentials
import TestSupport
import Testing

/// A token that was changed anywhere is refused, whatever it has become.
struct BadTokenTests {
    @Test(arguments: [TokenFixtures.rs256, TokenFixtures.es256])
    func `a token that was tampered with is refused`(token: String) throws {
        let verifier = TokenVerifier(
            issuer: "https://id.example.city", audience: "dispatch",
            keys: try KeySet(jwks: Array(TokenFixtures.jwks.utf8)),
            leeway: 30, now: { Date(timeIntervalSince1970: 1_800_000_000) })
        _ = try verifier.verify(token)
        var mutator = ByteMutator(seed: UInt64(token.utf8.count))
        for _ in 0..<ByteMutator.rounds {
            let bytes = mutator.mutate(Array(token.utf8))
            guard bytes != Array(token.utf8), let text = String(validating: bytes, as: UTF8.self) else { continue }
            #expect(throws: TokenError.self) { try verifier.verify(text) }
        }
    }

    @Test func `a key set is read or refused`() {
        var mutator = ByteMutator(seed: 3)
        for _ in 0..<ByteMutator.rounds { _ = try? KeySet(jwks: mutator.mutate(Array(TokenFixtures.jwks.utf8))) }
    }
}
