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

    static func kafkaSettings(_ values: Values) -> [String: String] { kafkaSettings(bootstrap: values[kafka]) }

    /// librdkafka's settings: the bootstrap list, and by the services' own variables how to connect. Its own lines stay off the
    /// terminal: it tries again by itself, and what does not pass is said by the command.
    static func kafkaSettings(bootstrap: String) -> [String: String] {
        ServiceSettings.kafkaSettings(bootstrap: bootstrap, environment: Environment.withFiles)
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
        case let error as KafkaError:
            CommandError(
                "Kafka refuses or does not answer: \(error.message)",
                remedy: "check --kafka or MUSTER_KAFKA_BOOTSTRAP, and that the brokers run", code: .unavailable)
        case let error as PostgresError where error.isRetryable:
            CommandError(
                "Postgres does not answer: \(error)",
                remedy: "check --postgres or MUSTER_POSTGRES_URL, and that the server runs", code: .unavailable)
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
        do { return try await PostgresConnection.connect(url) } catch {
            throw CommandError(
                "Postgres does not answer: \(error.message)",
                remedy: "check --postgres or MUSTER_POSTGRES_URL, and that the server runs", code: .unavailable)
        }
    }
}

/// Writes to the standard output; what a command says of its progress goes to the standard error.
func say(_ line: String) { CommandLineTool.Output.process.standard(line + "\n") }
func report(_ line: String) { CommandLineTool.Output.process.error(line + "\n") }

/// The process's environment with the contents of files in it: where `NAME_FILE` is set and `NAME` is not, as container
/// platforms mount secrets.
enum Environment {
    static let withFiles: [String: String] = {
        let given = ProcessInfo.processInfo.environment
        var all = given
        for (name, path) in given where name.hasPrefix("MUSTER_") && name.hasSuffix("_FILE") {
            let plain = String(name.dropLast("_FILE".count))
            guard given[plain] == nil, let data = FileManager.default.contents(atPath: path) else { continue }
            all[plain] = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
        }
        return all
    }()
}
