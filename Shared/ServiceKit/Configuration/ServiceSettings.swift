public import Contracts
import Crypto
import Kafka
import Telemetry

/// What every service is told by its environment; docs/operations.md lists each variable with its default.
public struct ServiceSettings: Sendable {
    enum ClockKind: String, CaseIterable, Sendable { case wall, stepped }
    enum LogFormatName: String, CaseIterable, Sendable { case json, text }

    public let service: ServiceName
    /// With its password: not for logs.
    public let postgresURL: String
    public let poolSize: Int
    public let kafka: [String: String]
    /// Beside `kafka`, for consumers alone.
    let consumer: [String: String]
    public let topicPrefix: String
    public let host: String
    public let port: UInt16
    /// Names this replica in positions, leases and logs. No two that run may have the same: they would share each other's leases,
    /// and take each other's notices of new work for their own.
    public let replica: String
    let clock: ClockKind
    let clockOffset: Duration
    let logFormat: LogFormatName
    let logLevel: String
    let jwksFile: String?
    let issuer: String
    let isInsecure: Bool
    /// Seals personal data.
    let cipher: ColumnCipher
    /// How long the keys of inputs are kept.
    let keptInputs: Duration
    /// Between two rounds of chores.
    let housekeeping: Duration

    /// - Parameters:
    ///   - arguments: after the program's name; `--insecure-dev` is the only one that a service knows.
    ///   - hostName: in a container it is the container's own, and the process id always 1.
    public init(
        _ service: ServiceName, environment: [String: String], arguments: [String], hostName: String, processID: Int32
    ) throws(ConfigurationError) {
        var reader = ConfigurationReader(environment)
        self.service = service
        postgresURL = reader.postgres(of: service.rawValue)
        poolSize = reader.integer("MUSTER_POSTGRES_POOL", in: 2...64, default: 4)
        let bootstrap = reader.string(
            "MUSTER_KAFKA_BOOTSTRAP", "Kafka's bootstrap list, host:port separated by commas",
            example: "127.0.0.1:9092", default: nil)
        kafka = reader.kafka(bootstrap).settings
        let sessionTimeout = reader.integer("MUSTER_KAFKA_SESSION_TIMEOUT_MS", in: 1_000...300_000, default: 10_000)
        consumer = [
            "session.timeout.ms": "\(sessionTimeout)",
            // One a second, as is our default, would let a session of a second end again and again.
            "heartbeat.interval.ms": "\(min(1_000, sessionTimeout / 4))",
        ]
        topicPrefix = reader.optional("MUSTER_TOPIC_PREFIX") ?? ""
        host = reader.string("MUSTER_HTTP_HOST", "an IP address", example: "127.0.0.1", default: "127.0.0.1")
        port = UInt16(reader.integer("MUSTER_HTTP_PORT", in: 0...65_535, default: 0))
        replica = reader.optional("MUSTER_REPLICA") ?? "\(service.rawValue)-\(hostName)-\(processID)"
        clock = reader.choice("MUSTER_CLOCK", default: ClockKind.wall)
        clockOffset = .milliseconds(reader.integer("MUSTER_CLOCK_OFFSET_MS", in: -86_400_000...86_400_000, default: 0))
        logFormat = reader.choice("MUSTER_LOG_FORMAT", default: LogFormatName.json)
        logLevel = reader.optional("MUSTER_LOG_LEVEL") ?? "info"
        jwksFile = reader.optional("MUSTER_JWKS_FILE")
        issuer = reader.optional("MUSTER_TOKEN_ISSUER") ?? "muster-dev"
        isInsecure = arguments.contains("--insecure-dev")
        for argument in arguments where argument != "--insecure-dev" {
            reader.add("argument", seen: argument, "--insecure-dev or nothing", "(no arguments)")
        }
        if jwksFile == nil, !(isInsecure && host == "127.0.0.1") {
            reader.add(
                "MUSTER_JWKS_FILE", seen: nil,
                "the file with the issuer's public keys (only --insecure-dev on 127.0.0.1 runs without)",
                "/etc/muster/jwks.json")
        }
        // Longer than topics keep events (30 days) and inputs may be late (14 days) together.
        keptInputs = .days(reader.integer("MUSTER_KEEP_INPUTS_DAYS", in: 45...3_650, default: 45))
        housekeeping = .seconds(reader.integer("MUSTER_HOUSEKEEPING_SECONDS", in: 1...86_400, default: 3_600))
        if let keys = reader.columnCipher() {
            cipher = keys
        } else {
            cipher = ColumnKeys.development
            let isMissing = !reader.errors.contains { $0.name == ColumnKeys.variable }
            if isMissing, !(isInsecure && host == "127.0.0.1") {
                reader.add(
                    ColumnKeys.variable, seen: nil,
                    ColumnKeys.rule + " (only --insecure-dev on 127.0.0.1 runs without)", ColumnKeys.example)
            }
        }
        try reader.finish()
    }

    /// librdkafka's settings for a program that is no service but connects like one.
    ///
    /// - Throws: `ConfigurationError` with everything that is wrong about how to connect.
    public static func kafkaSettings(
        bootstrap: String, environment: [String: String]
    ) throws(ConfigurationError) -> [String: String] {
        var reader = ConfigurationReader(environment)
        let connection = reader.kafka(bootstrap)
        try reader.finish()
        return connection.settings
    }
}
