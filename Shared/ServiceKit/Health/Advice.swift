public import Kafka
public import Postgres

/// What an operator is told of a server that cannot be worked with: what is wrong, and what to do.
///
/// It goes to `/health/ready`, which strangers may read, so it names settings, and no host, user or file. The error itself goes
/// to the log.
public struct Advice: Sendable, Equatable, CustomStringConvertible {
    public let problem: String
    public let remedy: String

    init(_ problem: String, _ remedy: String) {
        self.problem = problem
        self.remedy = remedy
    }

    public var description: String { "\(problem): \(remedy)" }
}

extension Advice {
    /// - Parameter speaksSCRAM: see `KafkaLibrary`.
    public init(_ error: KafkaError, speaksSCRAM: Bool = KafkaLibrary.speaksSCRAM) {
        switch error.kind {
        case .certificate(.unknownAuthority):
            self.init(
                "no authority that we trust has signed Kafka's certificate",
                "MUSTER_KAFKA_CA must name the file of the authority that did")
        case .certificate(.otherName):
            self.init(
                "Kafka's certificate bears another name than the one that we connect to",
                "MUSTER_KAFKA_BOOTSTRAP and the brokers' advertised.listeners must use a name in it, or it must be made anew"
            )
        case .certificate(.expired), .certificate(.notYetValid):
            self.init("Kafka's certificate is not valid at this time", "renew it, or set this machine's clock right")
        case .certificate(.other): self.init("Kafka's certificate is not valid", "the log says why")
        case .authentication where error.message.contains("SASL") && error.message.contains("SCRAM") && !speaksSCRAM:
            self.init(
                "Kafka refuses our user or password",
                "if they are right, it is librdkafka \(KafkaLibrary.version), which brokers that are strict about SCRAM "
                    + "refuse: take PLAIN over TLS, or librdkafka 2.6.1")
        case .authentication where error.message.contains("SASL"):
            self.init(
                "Kafka refuses our user or password",
                "see MUSTER_KAFKA_SASL_MECHANISM, MUSTER_KAFKA_SASL_USER and MUSTER_KAFKA_SASL_PASSWORD")
        case _ where Self.clientCertificateWords.contains(where: { error.message.contains($0) }):
            self.init(
                "Kafka refuses our certificate, or misses it",
                "see MUSTER_KAFKA_CERTIFICATE and MUSTER_KAFKA_KEY, and whom the brokers trust")
        case .authentication:
            self.init(
                "TLS cannot be agreed on with Kafka",
                "see MUSTER_KAFKA_SECURITY, and that the brokers' listener speaks TLS")
        case _ where error.message.contains("security.protocol") || error.message.contains("PLAINTEXT"):
            self.init(
                "Kafka ends our connections",
                "MUSTER_KAFKA_SECURITY must be what the brokers' listener speaks: sasl_ssl, ssl, sasl_plaintext or plaintext"
            )
        case .authorization:
            self.init("Kafka does not let us do this", "see the ACLs: infra/kafka/acls")
        default: self.init("Kafka does not answer", "see MUSTER_KAFKA_BOOTSTRAP")
        }
    }

    /// Of the alerts by which a broker ends a handshake.
    private static let clientCertificateWords = ["alert bad certificate", "certificate required", "alert unknown ca"]
}

extension Advice {
    /// - Parameter error: what the last attempt to connect failed by; nil when nothing came back.
    public init(_ error: PostgresError?) {
        let words = error?.message ?? ""
        if let known = Self.refusals.first(where: { words.contains($0.words) }) {
            self = known.advice
        } else if error?.reason == .server {
            self = Advice("Postgres refuses what we ask of it", "the log says why")
        } else {
            self = Advice("Postgres does not answer", "see MUSTER_POSTGRES_URL")
        }
    }

    /// libpq's and the server's own words, in English: libpq speaks it wherever nobody calls `setlocale`, and a server in
    /// another language is explained by the log alone.
    private static let refusals: [(words: String, advice: Advice)] = [
        (
            "does not match host name",
            Advice(
                "Postgres' certificate bears another name than the one that we connect to",
                "MUSTER_POSTGRES_URL must use a name in it, or it must be made anew")
        ),
        (
            "certificate verify failed",
            Advice(
                "no authority that we trust has signed Postgres' certificate, or it has run out",
                "sslrootcert in MUSTER_POSTGRES_URL must name the file of the authority that did")
        ),
        (
            "root certificate file",
            Advice(
                "there is nobody to trust for Postgres' certificate",
                "sslrootcert in MUSTER_POSTGRES_URL must name the file of the authority, and this user must be able to read it"
            )
        ),
        (
            "server does not support SSL",
            Advice(
                "Postgres speaks no TLS, and MUSTER_POSTGRES_URL demands it",
                "set ssl = on there (and its certificate and key)")
        ),
        (
            "no encryption",
            Advice(
                "Postgres takes no connection from us without TLS",
                "MUSTER_POSTGRES_URL must say sslmode=verify-full and sslrootcert=<file>")
        ),
        (
            "no pg_hba.conf entry",
            Advice("Postgres takes no connection from us", "its pg_hba.conf must let this machine and role in")
        ),
        (
            "certificate",  // of ours: an alert, or pg_hba.conf's clientcert
            Advice(
                "Postgres refuses our certificate, or misses it", "see sslcert and sslkey in MUSTER_POSTGRES_URL")
        ),
        (
            "authentication failed",
            Advice(
                "Postgres refuses our role or password", "see MUSTER_POSTGRES_URL and MUSTER_POSTGRES_PASSWORD")
        ),
        (
            "no password supplied",
            Advice(
                "Postgres asks for a password", "give it in MUSTER_POSTGRES_URL or MUSTER_POSTGRES_PASSWORD")
        ),
    ]
}
