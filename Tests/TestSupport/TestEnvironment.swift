import Glibc

/// What the run of the tests was given to test against: see `infra/dev/test`, which starts it and sets the variables.
enum TestEnvironment {
    /// What tells this run's databases and topics from those of others on the same servers.
    static let run = variable("MUSTER_TEST_RUN") ?? String(getpid())
    /// A Postgres server on this machine, as a URI of one who may create databases and roles.
    static let postgres = variable("MUSTER_TEST_POSTGRES")
    /// The bootstrap list of a Kafka.
    static let kafka = variable("MUSTER_TEST_KAFKA")
    /// Whether that Kafka is a real one; the embedded broker has no administration, keeps little and forgets silently.
    static let kafkaIsReal = kafka != nil && variable("MUSTER_TEST_KAFKA_KIND") != "embedded"
    /// Whether a test that cannot have its server fails, in place of being skipped.
    static let requiresPostgres = variable("MUSTER_REQUIRE_POSTGRES") == "1"
    static let requiresKafka = variable("MUSTER_REQUIRE_KAFKA") == "1"

    static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value[0] != 0 else { return nil }
        return String(cString: value)
    }
}

/// A test asked for a server that this run does not have.
public struct MissingServer: Error, Equatable, CustomStringConvertible {
    public let description: String
}
