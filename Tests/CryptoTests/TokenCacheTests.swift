import FoundationEssentials
import Synchronization
import Testing
import Threads

@testable import Crypto

/// What is remembered of tokens found good must never make a bad one pass.
@Suite struct TokenCacheTests {
    static let start = Date(timeIntervalSince1970: 1_800_000_000)
    let signer = TokenSigner()

    func claims(_ id: String = "1") -> Claims {
        Claims(
            issuer: "i", subject: "p", audience: ["a"], expiresAt: Self.start + 300, issuedAt: Self.start, jwtID: id,
            roles: ["patrol"])
    }

    final class Clock: Sendable {
        private let seconds = Atomic<Int>(0)
        func advance(_ by: Int) { seconds.add(by, ordering: .relaxed) }
        var now: Date { TokenCacheTests.start + TimeInterval(seconds.load(ordering: .relaxed)) }
    }

    @Test func `a remembered token still expires`() throws {
        let clock = Clock()
        let verifier = TokenVerifier(issuer: "i", audience: "a", keys: try signer.keySet, leeway: 30) { clock.now }
        let token = signer.sign(claims())
        #expect(try verifier.verify(token) == claims())
        clock.advance(329)
        #expect(try verifier.verify(token) == claims())
        clock.advance(1)
        #expect(throws: TokenError.expired(at: Self.start + 300)) { try verifier.verify(token) }
    }

    @Test func `a remembered token stops working with its key`() throws {
        let verifier = TokenVerifier(issuer: "i", audience: "a", keys: try signer.keySet) { Self.start }
        let token = signer.sign(claims())
        _ = try verifier.verify(token)
        verifier.replaceKeys(try TokenSigner().keySet)
        #expect(throws: TokenError.unknownKey(signer.keyID)) { try verifier.verify(token) }
        verifier.replaceKeys(try signer.keySet)
        #expect(try verifier.verify(token) == claims())
    }

    /// The clock is asked between the check of the signature and the remembering: there the keys change.
    @Test func `a token checked while its key is withdrawn is not remembered`() throws {
        final class Holder: Sendable {
            let verifier = Lock<TokenVerifier?>(nil)
        }
        let holder = Holder()
        let other = try TokenSigner().keySet
        let verifier = TokenVerifier(issuer: "i", audience: "a", keys: try signer.keySet) {
            holder.verifier.withLock { $0 }?.replaceKeys(other)
            return Self.start
        }
        holder.verifier.withLock { $0 = verifier }
        defer { holder.verifier.withLock { $0 = nil } }
        let token = signer.sign(claims())
        _ = try verifier.verify(token)
        #expect(throws: TokenError.unknownKey(signer.keyID)) { try verifier.verify(token) }
    }

    @Test func `many threads may check at once, with a memory too small for them`() async throws {
        let verifier = TokenVerifier(issuer: "i", audience: "a", keys: try signer.keySet, capacity: 3) { Self.start }
        let tokens = (0..<8).map { signer.sign(claims("\($0)")) }
        try await withThrowingTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for round in 0..<50 {
                        let index = (task * 3 + round) % 8
                        let claims = try verifier.verify(tokens[index])
                        #expect(claims.jwtID == "\(index)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
