import Foundation
import Kafka

/// One thing that an operator got wrong.
struct Fault {
    let name: String
    /// How what the service says at `/health/ready` must begin; nil where it must be ready.
    let says: String?
    /// What else must be in its log.
    var logs = ""
    /// By variable; nil where it is not set.
    let environment: (SecureServers) -> [String: String?]

    static var all: [Fault] { ofKafka + ofPostgres }

    private static var ofKafka: [Fault] {
        [
            Fault(
                name: "Kafka by another authority",
                says: "no authority that we trust has signed Kafka's certificate: MUSTER_KAFKA_CA must name",
                logs: "/bootstrap: no authority that we trust has signed the certificate"
            ) { ["MUSTER_KAFKA_CA": $0.file("other.crt")] },
            Fault(
                name: "Kafka by another name",
                says: "Kafka's certificate bears another name than the one that we connect to: MUSTER_KAFKA_BOOTSTRAP",
                logs: "/bootstrap: the certificate bears another name"
            ) { ["MUSTER_KAFKA_BOOTSTRAP": $0.bootstrap.replacing("localhost", with: "127.0.0.1")] },
            Fault(
                name: "a wrong password for Kafka",
                says: "Kafka refuses our user or password: see MUSTER_KAFKA_SASL_MECHANISM",
                logs: "SASL authentication error"
            ) { ["MUSTER_KAFKA_SASL_PASSWORD_FILE": $0.file("wrong.password")] },
            Fault(
                name: "no certificate of ours for Kafka",
                says: "Kafka refuses our certificate, or misses it: see MUSTER_KAFKA_CERTIFICATE"
            ) { _ in ["MUSTER_KAFKA_CERTIFICATE": nil, "MUSTER_KAFKA_KEY": nil] },
            Fault(
                name: "Kafka in the clear", says: "Kafka ends our connections: MUSTER_KAFKA_SECURITY must be"
            ) { servers in
                servers.kafka.filter { $0.key != "MUSTER_KAFKA_BOOTSTRAP" }.mapValues { _ in nil }
            },
            // Debian 12's librdkafka does not speak SCRAM as Kafka 4 wants it.
            Fault(
                name: "SCRAM",
                says: KafkaLibrary.speaksSCRAM
                    ? nil : "Kafka refuses our user or password: if they are right, it is librdkafka"
            ) { _ in ["MUSTER_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512"] },
        ]
    }

    private static var ofPostgres: [Fault] {
        let role = "muster_intake"
        return [
            Fault(
                name: "Postgres by another authority",
                says: "no authority that we trust has signed Postgres' certificate",
                logs: "certificate verify failed"
            ) { ["MUSTER_POSTGRES_URL": $0.url(role, authority: "other.crt")] },
            Fault(
                name: "Postgres by another name",
                says: "Postgres' certificate bears another name than the one that we connect to: MUSTER_POSTGRES_URL",
                logs: "does not match host name"
            ) { ["MUSTER_POSTGRES_URL": $0.url(role, host: "127.0.0.1")] },
            Fault(
                name: "no file of an authority",
                says: "there is nobody to trust for Postgres' certificate: sslrootcert", logs: "nowhere.crt"
            ) { ["MUSTER_POSTGRES_URL": $0.url(role, authority: "nowhere.crt")] },
            Fault(
                name: "a wrong password for Postgres",
                says: "Postgres refuses our role or password: see MUSTER_POSTGRES_URL",
                logs: "password authentication failed"
            ) { ["MUSTER_POSTGRES_PASSWORD_FILE": $0.file("wrong.password")] },
            Fault(
                name: "Postgres in the clear",
                says: "Postgres takes no connection from us without TLS: MUSTER_POSTGRES_URL", logs: "no encryption"
            ) { ["MUSTER_POSTGRES_URL": $0.url(role).replacing("verify-full", with: "disable")] },
        ]
    }
}
