/// How to reach a cluster: values that become librdkafka's settings.
public struct KafkaConnection: Sendable, Hashable {
    /// Brokers to ask first, as `host:port`, separated by commas; they name the others.
    public var bootstrap: String
    public var security: Security
    public var sasl: SASL?
    /// How long a broker may hold back an answer that has nothing for us yet; nil for a consumer's own default.
    public var fetchWait: Duration?

    public enum Security: Sendable, Hashable {
        case plaintext
        /// Files in PEM format. The broker's name is compared with its certificate's.
        ///
        /// - `ca`: whom to trust; `nil` for the system's authorities.
        /// - `certificate`, `key`: who we are, where the cluster asks.
        /// - `keyPassword`: opens the key, if it is sealed.
        case tls(ca: String? = nil, certificate: String? = nil, key: String? = nil, keyPassword: String? = nil)
    }

    /// Who we are, by name and password.
    public struct SASL: Sendable, Hashable {
        public enum Mechanism: String, Sendable, CaseIterable {
            /// Sends the password as it is: over TLS alone.
            case plain = "PLAIN"
            case scramSHA256 = "SCRAM-SHA-256"
            case scramSHA512 = "SCRAM-SHA-512"
        }

        public var mechanism: Mechanism
        public var username: String
        public var password: String

        public init(_ mechanism: Mechanism, username: String, password: String) {
            self.mechanism = mechanism
            self.username = username
            self.password = password
        }
    }

    public init(
        bootstrap: String, security: Security = .plaintext, sasl: SASL? = nil, fetchWait: Duration? = nil
    ) {
        self.bootstrap = bootstrap
        self.security = security
        self.sasl = sasl
        self.fetchWait = fetchWait
    }

    /// Settings that librdkafka grumbles at where the client is no consumer.
    static let consumersAlone: Set = ["fetch.wait.max.ms"]

    /// The settings, to which a client's own are added.
    public var settings: [String: String] {
        var settings = ["bootstrap.servers": bootstrap]
        let isEncrypted: Bool
        switch security {
        case .plaintext: isEncrypted = false
        case .tls(let ca, let certificate, let key, let keyPassword):
            isEncrypted = true
            // The default of some versions of librdkafka is to believe any name.
            settings["ssl.endpoint.identification.algorithm"] = "https"
            settings["ssl.ca.location"] = ca
            settings["ssl.certificate.location"] = certificate
            settings["ssl.key.location"] = key
            settings["ssl.key.password"] = keyPassword
        }
        settings["fetch.wait.max.ms"] = fetchWait.map { "\(Int($0 / .milliseconds(1)))" }
        if let sasl {
            settings["sasl.mechanism"] = sasl.mechanism.rawValue
            settings["sasl.username"] = sasl.username
            settings["sasl.password"] = sasl.password
        }
        let layers = (isEncrypted, sasl != nil)
        settings["security.protocol"] =
            switch layers {
            case (false, false): "plaintext"
            case (true, false): "ssl"
            case (false, true): "sasl_plaintext"
            case (true, true): "sasl_ssl"
            }
        return settings
    }
}

extension KafkaConnection: CustomStringConvertible {
    /// Without the password.
    public var description: String {
        let user = sasl.map { " as \($0.username)" } ?? ""
        return "\(bootstrap)\(user)\(security == .plaintext ? "" : " over TLS")"
    }
}

extension KafkaConnection.Security: CustomStringConvertible, CustomDebugStringConvertible {
    /// Without the key's password.
    public var description: String {
        switch self {
        case .plaintext: "plaintext"
        case .tls: "TLS"
        }
    }
    public var debugDescription: String { description }
}

extension KafkaConnection.SASL: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { "\(mechanism.rawValue) as \(username)" }
    public var debugDescription: String { description }
}
