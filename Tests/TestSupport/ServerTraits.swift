public import Testing

extension Trait where Self == ConditionTrait {
    /// The test needs a Postgres server: it is skipped where the run has none, or fails if the run must have one.
    public static var needsPostgres: Self {
        needs("a Postgres server", TestEnvironment.postgres != nil, required: TestEnvironment.requiresPostgres)
    }

    /// The test needs a Kafka; the embedded broker will do.
    public static var needsKafka: Self {
        needs("a Kafka", TestEnvironment.kafka != nil, required: TestEnvironment.requiresKafka)
    }

    /// The test needs what only a real Kafka has: administration, retention, timely rebalances, data that outlive a restart.
    public static var needsRealKafka: Self {
        needs("a real Kafka", TestEnvironment.kafkaIsReal, required: TestEnvironment.requiresKafka)
    }

    static func needs(_ server: String, _ isThere: Bool, required: Bool) -> Self {
        .enabled("needs \(server), and this run has none: `make test` starts one") {
            if required, !isThere { throw MissingServer(description: "this run must have \(server), and has none") }
            return isThere
        }
    }
}
