import Arguments
import Kafka
import Postgres

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

    static func admin(_ values: Values) throws -> Admin {
        try Admin(["bootstrap.servers": values[kafka]])
    }

    static func database(_ values: Values) async throws -> PostgresConnection {
        do { return try await PostgresConnection.connect(values[postgres]) } catch {
            throw CommandError(
                "Postgres does not answer: \(error.message)",
                remedy: "check --postgres or MUSTER_POSTGRES_URL, and that the server runs", code: .unavailable)
        }
    }
}

/// Writes to the standard output; what a command says of its progress goes to the standard error.
func say(_ line: String) { CommandLineTool.Output.process.standard(line + "\n") }
func report(_ line: String) { CommandLineTool.Output.process.error(line + "\n") }
