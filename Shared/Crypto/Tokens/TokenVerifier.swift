public import FoundationEssentials
import Threads

/// Checks access tokens (RFC 9068) of one issuer, by the rules of RFC 8725: algorithms fixed by us and bound to the key,
/// `typ` explicit, three parts, and nothing in the header (`jku`, `x5u`, `jwk`) believed about where keys are.
///
/// A signature costs some 76 µs; so tokens found good are remembered, by digest, until they expire or the keys change.
public final class TokenVerifier: Sendable {
    /// A longer token is refused unread, in bytes.
    public static let maximumLength = 8192

    private let issuer: String
    private let audience: String
    private let algorithms: Set<SigningAlgorithm>
    private let leeway: TimeInterval
    private let now: @Sendable () -> Date
    private let state: Lock<State>

    private struct State {
        var keys: KeySet
        /// Counts the key sets, so that what was checked with an earlier one is not remembered under a later one.
        var generation = 0
        var good: LRU<SHA256.Digest, Claims>
    }

    /// - Parameters:
    ///   - issuer: `iss` must be this, character for character.
    ///   - audience: `aud` must be or hold this.
    ///   - leeway: how far the issuer's clock may be from ours, in seconds.
    ///   - capacity: how many tokens are remembered, some 1 KB each.
    ///   - now: the time that `exp`, `nbf` and `iat` are held against.
    public init(
        issuer: String, audience: String, algorithms: Set<SigningAlgorithm> = [.es256, .rs256], keys: KeySet,
        leeway: TimeInterval = 30, capacity: Int = 10_000, now: @escaping @Sendable () -> Date
    ) {
        self.issuer = issuer
        self.audience = audience
        self.algorithms = algorithms
        self.leeway = leeway
        self.now = now
        state = Lock(State(keys: keys, good: LRU(capacity: capacity)))
    }

    /// Puts a key set read anew in place of the one before; tokens of keys no longer in it stop working at once.
    public func replaceKeys(_ keys: KeySet) {
        state.withLock { state in
            state.keys = keys
            state.generation += 1
            state.good.removeAll()
        }
    }

    /// What the token says, once it is known to be the issuer's, meant for us, and valid now.
    public func verify(_ token: String) throws(TokenError) -> Claims {
        let length = token.utf8.count
        guard length <= Self.maximumLength else { throw .tooLong(bytes: length) }
        let digest = SHA256.digest(of: token)
        let (remembered, keys, generation) = state.withLock { ($0.good[digest], $0.keys, $0.generation) }
        if let remembered {
            try checkTimes(remembered)
            return remembered
        }
        let claims = try check(CompactToken(token), keys)
        state.withLock { state in
            if state.generation == generation {
                state.good[digest] = claims
            }
        }
        return claims
    }

    private func check(_ token: consuming CompactToken, _ keys: KeySet) throws(TokenError) -> Claims {
        guard let algorithm = SigningAlgorithm(rawValue: token.algorithm), algorithms.contains(algorithm) else {
            throw .algorithmNotAllowed(token.algorithm)
        }
        guard let type = token.type, ["at+jwt", "application/at+jwt"].contains(type.lowercased()) else {
            throw .wrongType(token.type)
        }
        switch keys.key(id: token.keyID, algorithm: algorithm) {
        case .unknown: throw .unknownKey(token.keyID)
        case .otherAlgorithm: throw .algorithmNotAllowed(token.algorithm)
        case .found(let key): guard token.isSigned(with: key) else { throw .badSignature }
        }
        let claims = try token.claims()
        guard claims.issuer == issuer else { throw .wrongIssuer(claims.issuer) }
        guard claims.audience.contains(audience) else { throw .wrongAudience(claims.audience) }
        try checkTimes(claims)
        return claims
    }

    private func checkTimes(_ claims: Claims) throws(TokenError) {
        let now = now()
        guard now < claims.expiresAt + leeway else { throw .expired(at: claims.expiresAt) }
        let earliest = max(claims.notBefore ?? claims.issuedAt, claims.issuedAt)
        guard now >= earliest - leeway else { throw .notYetValid(until: earliest) }
    }
}
