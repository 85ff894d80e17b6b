import CRdKafka

/// What we were linked with.
public enum KafkaLibrary {
    /// librdkafka's version as it writes it, such as `2.0.2`.
    public static let version = unsafe string(rd_kafka_version_str())

    /// Whether SCRAM is spoken to the letter. Before 2.6.1 librdkafka named its own nonce twice, which brokers let pass that do
    /// not compare the whole of it; Apache Kafka 4.3.1 does, and answers as if the password were wrong.
    public static let speaksSCRAM = rd_kafka_version() >= 0x02_06_01_00
}
