import CRdKafka

/// Kafka brokers inside this process, for tests: librdkafka's mock cluster, which other processes may use as well.
///
/// It keeps at most 5 MB of record batches (as sent, so after compression) and 100 000 batches a partition and forgets
/// the oldest beyond that; neither can be changed. Topic administration, group description and offsets by time are not
/// supported, and a client that asked for a group description can never be destroyed again: it waits for ever.
/// A port that is taken ends the process, as librdkafka trips over its own assertion instead of returning nil.
public final class MockCluster: Sendable {
    nonisolated(unsafe) let pointer: OpaquePointer
    private let client: Client

    public init(brokers: Int32 = 1) throws(KafkaError) {
        client = try Client(.producer, ["log_level": "3"])
        guard let pointer = rd_kafka_mock_cluster_new(client.pointer, brokers) else {
            throw KafkaError(code: RD_KAFKA_RESP_ERR__FAIL, message: "no mock cluster")
        }
        self.pointer = pointer
    }

    // The cluster's own client must outlive it: `client` is released after this body.
    deinit { rd_kafka_mock_cluster_destroy(pointer) }

    public var bootstrap: String { String(cString: rd_kafka_mock_cluster_bootstraps(pointer)) }

    public func createTopic(_ name: String, partitions: Int32) throws(KafkaError) {
        try check(rd_kafka_mock_topic_create(pointer, name, partitions, 1))
    }

    /// Makes the next requests of a kind fail with these errors, one each.
    public func failNext(_ codes: [Int32], api: Int16) {
        let errors = codes.map { rd_kafka_resp_err_t($0) }
        rd_kafka_mock_push_request_errors_array(pointer, api, errors.count, errors)
    }

    /// Breaks a broker's connections and refuses new ones, until it is up again.
    public func setUp(_ isUp: Bool, broker: Int32 = -1) throws(KafkaError) {
        try check(isUp ? rd_kafka_mock_broker_set_up(pointer, broker) : rd_kafka_mock_broker_set_down(pointer, broker))
    }

    public func setRoundTrip(milliseconds: Int32, broker: Int32 = -1) throws(KafkaError) {
        try check(rd_kafka_mock_broker_set_rtt(pointer, broker, milliseconds))
    }
}
