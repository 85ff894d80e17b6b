import Contracts
import Crypto
import FoundationEssentials
public import HTTPServer

/// Tells who a request comes from, by its bearer token (RFC 6750, RFC 9068).
public struct Authenticator: Sendable {
    /// Nil under `--insecure-dev`: then a header `X-Muster-Person` is believed.
    private let verifier: TokenVerifier?

    init(verifier: TokenVerifier?) { self.verifier = verifier }

    /// Reads the key set that the settings name.
    static func make(_ settings: ServiceSettings) throws -> Authenticator {
        guard let path = settings.jwksFile else { return Authenticator(verifier: nil) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(entries: [
                .init(
                    name: "MUSTER_JWKS_FILE", seen: path, rule: "the path of a file that this user can read",
                    example: "/etc/muster/jwks.json")
            ])
        }
        let verifier = TokenVerifier(
            issuer: settings.issuer, audience: "muster", keys: try KeySet(jwks: [UInt8](data)),
            now: { Date(timeIntervalSince1970: Double(MachineClock.now().milliseconds) / 1_000) })
        return Authenticator(verifier: verifier)
    }

    /// - Throws: `Problem` 401 that says what is wrong with the token, in a word that is safe to tell a stranger.
    public func identity(of context: RequestContext) throws(Problem) -> Identity {
        guard let verifier else { return try insecureIdentity(of: context) }
        guard let header = context.header("Authorization"), header.lowercased().hasPrefix("bearer ") else {
            throw Self.unauthorized(nil, "A bearer token is needed: send Authorization: Bearer <token>.")
        }
        do throws(TokenError) {
            return try identity(try verifier.verify(String(header.dropFirst(7))))
        } catch {
            throw Self.unauthorized(error.code, "The token is refused: \(error.code).")
        }
    }

    private func identity(_ claims: Claims) throws(TokenError) -> Identity {
        if let source = claims.strings["gateway"] { return Identity(.gateway(source: source)) }
        if claims.roles.contains("operator") { return Identity(.operatorAccount(claims.subject)) }
        guard let person = PersonID(claims.subject) else { throw .malformed("sub is no id of a person") }
        return Identity(.person(person))
    }

    private func insecureIdentity(of context: RequestContext) throws(Problem) -> Identity {
        if let source = context.header("X-Muster-Gateway") { return Identity(.gateway(source: source)) }
        if let name = context.header("X-Muster-Operator") { return Identity(.operatorAccount(name)) }
        guard let person = context.header("X-Muster-Person").flatMap({ PersonID($0) }) else {
            throw Self.unauthorized(nil, "Without a key set, send X-Muster-Person: <id>.")
        }
        return Identity(.person(person))
    }

    private static func unauthorized(_ code: String?, _ detail: String) -> Problem {
        let challenge = code.map { #"Bearer error="invalid_token", error_description="\#($0)""# } ?? "Bearer"
        return Problem(.unauthorized, detail: detail, headers: ["WWW-Authenticate": challenge])
    }
}
