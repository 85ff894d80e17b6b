import Arguments
import Crypto
import FoundationEssentials

/// `muster token`: key pairs and tokens for development. In production an identity provider gives them out.
enum TokenCommand {
    static let command = Command(
        "token", about: "make keys and tokens for development", subcommands: [keys, issue])

    static let directory = Option(
        "keys", value: "DIR", about: "where the key pair lies", parser: .text(example: ".dev/keys"))

    static let keys = Command(
        "keys", about: "make a key pair: private.jwk to sign with, jwks.json for the services", options: [directory]
    ) { values in
        let path = values[directory]
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let signer = TokenSigner()
        let secret = "\(path)/private.jwk"
        guard !FileManager.default.fileExists(atPath: secret) else {
            throw CommandError(
                "\(secret) is there already", remedy: "remove it first if nothing uses it any more")
        }
        let created = FileManager.default.createFile(
            atPath: secret, contents: Data(signer.privateJWK), attributes: [.posixPermissions: 0o600])
        guard created else {
            throw CommandError(
                "\(secret) cannot be written", remedy: "check the folder's mode")
        }
        try Data(signer.publicJWKS).write(to: URL(filePath: "\(path)/jwks.json"))
        say("keys are in \(path)")
    }

    static let subject = Option.optional(
        "subject", value: "ID", about: "whose token it is", parser: .text(example: "p-city-1"))
    static let role = Option.optional(
        "role", value: "ROLE",
        about: "a person of the example directory by what she is: city, town, community, grid, "
            + "department or resident; or operator", parser: .text(example: "grid"))
    static let gateway = Option.optional(
        "gateway", value: "SOURCE", about: "for a gateway: its ce_source", parser: .text(example: "app"))
    static let hours = Option(
        "hours", value: "N", about: "how long it is good", parser: .integer(1...8_760), default: 24)

    static let issue = Command(
        "issue", about: "sign a token", options: [directory, subject, role, gateway, hours]
    ) { values in
        guard let jwk = FileManager.default.contents(atPath: "\(values[directory])/private.jwk") else {
            throw CommandError(
                "there is no key in \(values[directory])", remedy: "make one: muster token keys --keys DIR")
        }
        let signer = try TokenSigner(privateJWK: [UInt8](jwk))
        let now = Date()
        var strings: [String: String] = [:]
        if let source = values[gateway] { strings["gateway"] = source }
        let claims = Claims(
            issuer: "muster-dev", subject: values[subject] ?? examplePerson(values[role]), audience: ["muster"],
            expiresAt: now + Double(values[hours] * 3_600), issuedAt: now,
            jwtID: UUID().uuidString.lowercased(), roles: values[role] == "operator" ? ["operator"] : [],
            strings: strings)
        say(signer.sign(claims))
    }

    /// The people of the example directory; see docs/directory.md.
    private static func examplePerson(_ role: String?) -> String { "p-\(role ?? "resident")-1" }
}
