/// The Kafka of this run, with a name space of its own for each test: topics of other tests, and of other runs on the same
/// broker, are never met.
public struct TestKafka: Sendable {
    public let bootstrap: String
    /// What every topic and consumer group of the test begins with.
    public let prefix: String
    /// Whether it is a real broker, not the embedded one.
    public let isReal: Bool

    /// - Throws: `MissingServer` where the run has none; the trait `.needsKafka` skips such a test.
    public init() throws {
        guard let bootstrap = TestEnvironment.kafka else {
            throw MissingServer(description: "MUSTER_TEST_KAFKA is not set: add the trait .needsKafka to the test")
        }
        self.bootstrap = bootstrap
        prefix = "test-\(TestEnvironment.run)-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))."
        isReal = TestEnvironment.kafkaIsReal
    }

    /// The name of a topic or a consumer group within the test.
    public func name(_ name: String) -> String { prefix + name }
}
