import Arguments
import FoundationEssentials
import Kafka
import Postgres
import ServiceKit

/// Where Kafka and Postgres are: options that many commands share, with the services' own variables as fallbacks.
enum Connection {
    static let kafka = Option(
        "kafka", value: "LIST", about: "Kafka's bootstrap list", parser: .text(example: "127.0.0.1:9092"),
        environment: "MUSTER_KAFKA_BOOTSTRAP")
    static let prefix = Option(
        "topic-prefix", value: "TEXT", about: "what every topic's name begins with",
        parser: .text(example: "test."), default: "", environment: "MUSTER_TOPIC_PREFIX")
    static let postgres = Option(
        "postgres", value: "URL", about: "an admin's connection URI of the database",
        parser: .text(example: "postgres://postgres@127.0.0.1/muster"), environment: "MUSTER_POSTGRES_URL")

    static func kafkaSettings(_ values: Values) throws -> [String: String] {
        try kafkaSettings(bootstrap: values[kafka])
    }

    /// librdkafka's settings: the bootstrap list, and by the services' own variables how to connect. Its own lines stay off the
    /// terminal: it tries again by itself, and what does not pass is said by the command.
    static func kafkaSettings(bootstrap: String) throws -> [String: String] {
        try ServiceSettings.kafkaSettings(bootstrap: bootstrap, environment: Environment.withFiles)
            .merging(["log_level": "2"]) { $1 }
    }

    static func admin(_ values: Values) throws -> Admin { try Admin(kafkaSettings(values)) }

    /// Tries again for a while what may pass: a topic that was made this moment has no leader yet.
    static func reaching<Value: Sendable>(
        within limit: Duration = .seconds(15), _ body: () async throws -> Value
    ) async throws -> Value {
        let deadline = ContinuousClock.now + limit
        while true {
            do { return try await body() } catch let error as KafkaError {
                guard error.isRetryable, ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// What Kafka's and Postgres' own errors mean for an operator.
    @Sendable static func explain(_ error: any Error) -> CommandError? {
        switch error {
        case let error as ConfigurationError:
            CommandError(
                "the environment is wrong", remedy: error.description.replacing("\n", with: "\n  "), code: .usage)
        case let error as KafkaError: unavailable(Advice(error), error.message, option: "--kafka")
        case let error as PostgresError where error.isRetryable:
            unavailable(Advice(error), "\(error)", option: "--postgres")
        case let error as PostgresError
        where error.sqlState == SQLState("42P01") || error.sqlState == SQLState("3F000"):
            CommandError(
                "the schema is not there, or not of this version: \(error)", remedy: "run muster migrate first",
                code: .unavailable)
        case let error as PostgresError where error.sqlState == SQLState("42501"):
            CommandError("the role may not do this: \(error)", remedy: "connect as an admin: see --postgres")
        default: nil
        }
    }

    static func database(_ values: Values) async throws -> PostgresConnection { try await database(values[postgres]) }

    static func database(_ url: String) async throws -> PostgresConnection {
        do {
            let password = Environment.withFiles["MUSTER_POSTGRES_PASSWORD"]
            return try await PostgresConnection.connect(ConnectionString.filling(url, password: password))
        } catch {
            throw unavailable(Advice(error), error.message, option: "--postgres")
        }
    }

    /// A server that cannot be worked with, in our words and in those of who found out.
    private static func unavailable(_ advice: Advice, _ words: String, option: String) -> CommandError {
        CommandError("\(advice.problem) (\(words))", remedy: "\(advice.remedy), or \(option)", code: .unavailable)
    }
}

/// Writes to the standard output; what a command says of its progress goes to the standard error.
func say(_ line: String) { CommandLineTool.Output.process.standard(line + "\n") }
func report(_ line: String) { CommandLineTool.Output.process.error(line + "\n") }
