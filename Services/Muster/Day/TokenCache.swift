import Threads

/// Signed tokens by whose they are.
final class TokenCache: Sendable {
    private let tokens = Lock<[String: String]>([:])

    func token(_ name: String, _ make: () -> String) -> String {
        if let known = tokens.withLock({ $0[name] }) { return known }
        let token = make()
        tokens.withLock { $0[name] = token }
        return token
    }
}
