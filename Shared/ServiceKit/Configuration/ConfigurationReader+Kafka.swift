import FoundationEssentials
import Kafka

extension ConfigurationReader {
    private enum Transport: String, CaseIterable {
        case plaintext, ssl
        case saslPlaintext = "sasl_plaintext"
        case saslTLS = "sasl_ssl"

        var isEncrypted: Bool { self == .ssl || self == .saslTLS }
        var hasPassword: Bool { self == .saslPlaintext || self == .saslTLS }
    }

    /// How Kafka is reached.
    ///
    /// Settings that would do nothing are refused: who names an authority or a password means to be protected by it.
    mutating func kafka(_ bootstrap: String) -> KafkaConnection {
        let words = Transport.allCases.map(\.rawValue).joined(separator: ", ")
        let security =
            value("MUSTER_KAFKA_SECURITY", "one of \(words)", example: "sasl_ssl", default: .plaintext) { text in
                Transport(rawValue: text.lowercased())
            } ?? .plaintext
        let fetchWait = integer("MUSTER_KAFKA_FETCH_WAIT_MS", in: 1...1_000, default: 100)
        return KafkaConnection(
            bootstrap: bootstrap, security: tls(security), sasl: sasl(security), fetchWait: .milliseconds(fetchWait))
    }

    private mutating func tls(_ security: Transport) -> KafkaConnection.Security {
        let ca = certificates("MUSTER_KAFKA_CA", "CERTIFICATE-----")
        let certificate = certificates("MUSTER_KAFKA_CERTIFICATE", "CERTIFICATE-----")
        let key = certificates("MUSTER_KAFKA_KEY", "PRIVATE KEY-----")
        let keyPassword = optionalSecret("MUSTER_KAFKA_KEY_PASSWORD", "what opens the key of MUSTER_KAFKA_KEY")
        if (certificate == nil) != (key == nil) {
            let missing = key == nil ? "MUSTER_KAFKA_KEY" : "MUSTER_KAFKA_CERTIFICATE"
            add(
                missing, seen: nil, "set, too: a client certificate and its key belong together",
                "/etc/muster/kafka.pem")
        }
        if security.isEncrypted {
            return .tls(ca: ca, certificate: certificate, key: key, keyPassword: keyPassword)
        }
        if ca ?? certificate ?? key != nil {
            add(
                "MUSTER_KAFKA_SECURITY", seen: security.rawValue,
                "ssl or sasl_ssl, since certificates are given (MUSTER_KAFKA_CA and the like)", "sasl_ssl")
        }
        return .plaintext
    }

    private mutating func sasl(_ security: Transport) -> KafkaConnection.SASL? {
        let user = optionalSecret("MUSTER_KAFKA_SASL_USER", "the principal's name")
        let password = optionalSecret("MUSTER_KAFKA_SASL_PASSWORD", "the principal's password")
        let mechanism = optional("MUSTER_KAFKA_SASL_MECHANISM")
        guard security.hasPassword else {
            if user ?? password ?? mechanism != nil {
                add(
                    "MUSTER_KAFKA_SECURITY", seen: security.rawValue,
                    "sasl_ssl (or sasl_plaintext), since a user is given (MUSTER_KAFKA_SASL_USER and the like)",
                    "sasl_ssl")
            }
            return nil
        }
        if user == nil { add("MUSTER_KAFKA_SASL_USER", seen: nil, "the principal's name", "muster-intake") }
        if password == nil {
            add("MUSTER_KAFKA_SASL_PASSWORD", seen: nil, "the principal's password, or its file", "<secret>")
        }
        let known = mechanism.flatMap { KafkaConnection.SASL.Mechanism(rawValue: $0.uppercased()) }
        if known == nil {
            let words = KafkaConnection.SASL.Mechanism.allCases.map(\.rawValue).joined(separator: ", ")
            add("MUSTER_KAFKA_SASL_MECHANISM", seen: mechanism, "one of \(words)", "SCRAM-SHA-512")
        }
        guard let user, let password, let known else { return nil }
        return KafkaConnection.SASL(known, username: user, password: password)
    }

    /// The path of a file in PEM format, or of a folder of such.
    private mutating func certificates(_ name: String, _ mark: String) -> String? {
        guard let path = optional(name) else { return nil }
        var isFolder = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        if (exists && isFolder) || text?.contains(mark) == true { return path }
        add(
            name, seen: path,
            "the path of a file in PEM format that this user can read, with a line -----BEGIN … \(mark)",
            "/etc/muster/\(name == "MUSTER_KAFKA_KEY" ? "kafka.key" : "kafka.pem")")
        return path
    }
}
