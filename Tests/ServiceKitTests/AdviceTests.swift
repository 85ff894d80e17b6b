import Kafka
import Postgres
import Testing

@testable import ServiceKit

/// An operator is told what is wrong and which setting to look at, by what librdkafka 2.0.2 and libpq 15 were seen to say.
struct AdviceTests {
    private static let broker = "sasl_ssl://kafka.example:9093/bootstrap"

    @Test(
        arguments: [
            (.certificate(.unknownAuthority), "", "MUSTER_KAFKA_CA"),
            (.certificate(.otherName), "", "MUSTER_KAFKA_BOOTSTRAP"),
            (.certificate(.expired), "", "renew it"),
            (
                .authentication, "SASL authentication error: Authentication failed: Invalid username",
                "MUSTER_KAFKA_SASL_PASSWORD"
            ),
            (.authentication, "SSL handshake failed: wrong version number", "listener speaks TLS"),
            (
                .transport, "Receive failed: sslv3 alert bad certificate: SSL alert number 42",
                "MUSTER_KAFKA_CERTIFICATE"
            ),
            (.transport, "might be caused by incorrect security.protocol configuration", "MUSTER_KAFKA_SECURITY"),
            (
                .transport, "Connect to ipv4#192.0.2.1:9093 failed: Connection refused",
                "does not answer: see MUSTER_KAFKA_BOOTSTRAP"
            ),
        ] as [(KafkaError.Kind, String, String)])
    func `of Kafka`(kind: KafkaError.Kind, words: String, expected: String) {
        let error = KafkaError(kind: kind, name: "", message: "\(Self.broker): \(words)", isRetryable: false)
        let advice = Advice(error).description
        #expect(advice.contains(expected))
        // Strangers may read it.
        #expect(!advice.contains("kafka.example"))
    }

    @Test func `of SCRAM, which not every librdkafka speaks`() {
        let words = "SASL authentication error: due to invalid credentials with SASL mechanism SCRAM-SHA-512"
        let error = KafkaError(kind: .authentication, name: "", message: words, isRetryable: false)
        #expect(Advice(error, speaksSCRAM: false).remedy.contains("librdkafka \(KafkaLibrary.version)"))
        #expect(Advice(error, speaksSCRAM: true).remedy.contains("MUSTER_KAFKA_SASL_PASSWORD"))
    }

    @Test(arguments: [
        ("SSL error: certificate verify failed", "sslrootcert in MUSTER_POSTGRES_URL"),
        (
            #"server certificate for "a" does not match host name "db.example""#,
            "MUSTER_POSTGRES_URL must use a name in it"
        ),
        (#"root certificate file "/x" does not exist"#, "sslrootcert"),
        ("server does not support SSL, but SSL was required", "ssl = on"),
        (#"no pg_hba.conf entry for host "192.0.2.1", user "a", no encryption"#, "sslmode=verify-full"),
        (#"no pg_hba.conf entry for host "192.0.2.1", user "a", SSL encryption"#, "pg_hba.conf must let"),
        (#"password authentication failed for user "a""#, "MUSTER_POSTGRES_PASSWORD"),
        ("Connection refused", "does not answer: see MUSTER_POSTGRES_URL"),
    ])
    func `of Postgres`(words: String, expected: String) {
        let error = PostgresError(.connectionFailed, #"connection to server at "db.example" failed: "# + words)
        let advice = Advice(error).description
        #expect(advice.contains(expected))
        #expect(!advice.contains("db.example"))
    }
}
