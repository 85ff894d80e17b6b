import CRdKafka

/// Kafka brokers inside this process: librdkafka's mock cluster, which other processes may use as well.
///
/// For tests, since it fails to order, and as a broker that needs no download. It listens on ports of 127.0.0.1 that it
/// chooses itself. In memory alone: it keeps at most 5 MB of record batches (as sent, so after compression) and 100 000
/// batches a partition and forgets the oldest beyond that without a word. A topic that is asked for comes to be, with
/// four partitions. There are no admin requests and no offsets by time; a client that asked it to describe a group can
/// never be destroyed again.
///
/// `@unchecked Sendable` holds because the pointer never changes and librdkafka carries every call over to the
/// cluster's own thread.
@safe
public final class MockCluster: @unchecked Sendable {
    private let pointer: OpaquePointer
    private let client: Client

    public init(brokers: Int32 = 1) throws(KafkaError) {
        // Without what it logs of each connection that its clients end.
        client = try Client(.producer, ["log_level": "3"])
        guard let pointer = unsafe rd_kafka_mock_cluster_new(client.pointer, brokers) else {
            throw KafkaError(code: RD_KAFKA_RESP_ERR__FAIL, message: "no mock cluster could be made")
        }
        unsafe self.pointer = pointer
    }

    // The cluster's own client must outlive it, and is released after this body.
    deinit { unsafe rd_kafka_mock_cluster_destroy(pointer) }

    /// The brokers' addresses, for `bootstrap.servers`.
    public var bootstrap: String { unsafe string(rd_kafka_mock_cluster_bootstraps(pointer)) }

    public func createTopic(_ name: String, partitions: Int32) throws(KafkaError) {
        try KafkaError.check(unsafe rd_kafka_mock_topic_create(pointer, name, partitions, 1))
    }

    /// Requests by the number that Kafka's protocol gives them (https://kafka.apache.org/protocol#protocol_api_keys).
    public enum Request: Int16, Sendable {
        case produce = 0, fetch = 1, listOffsets = 2, metadata = 3, offsetCommit = 8, offsetFetch = 9
        case findCoordinator = 10, joinGroup = 11, heartbeat = 12, leaveGroup = 13, syncGroup = 14
        case initProducerID = 22
    }

    /// Errors by the number that Kafka's protocol gives them (https://kafka.apache.org/protocol#protocol_error_codes);
    /// `disconnect` is librdkafka's own.
    public enum Failure: Int32, Sendable {
        case none = 0, offsetOutOfRange = 1, unknownTopic = 3, leaderNotAvailable = 5, notLeader = 6
        case requestTimedOut = 7, messageTooLarge = 10, notCoordinator = 16, notEnoughReplicas = 19
        case unknownMember = 25, rebalanceInProgress = 27, topicNotAuthorized = 29
        case outOfOrderSequence = 45, unknownProducer = 59
        /// Breaks the connection instead of answering.
        case disconnect = -195
    }

    /// Makes the next requests of a kind fail with these errors, one each.
    public func failNext(_ failures: [Failure], _ request: Request) {
        let codes = failures.map { rd_kafka_resp_err_t($0.rawValue) }
        unsafe rd_kafka_mock_push_request_errors_array(pointer, request.rawValue, codes.count, codes)
    }

    /// Breaks a broker's connections and refuses new ones, until it is up again.
    ///
    /// - Parameter broker: from 1; -1 for all.
    public func setUp(_ isUp: Bool, broker: Int32 = -1) throws(KafkaError) {
        try KafkaError.check(
            unsafe isUp ? rd_kafka_mock_broker_set_up(pointer, broker) : rd_kafka_mock_broker_set_down(pointer, broker))
    }

    /// Delays a broker's answers.
    ///
    /// - Parameter broker: from 1; -1 for all.
    public func setRoundTrip(milliseconds: Int32, broker: Int32 = -1) throws(KafkaError) {
        try KafkaError.check(unsafe rd_kafka_mock_broker_set_rtt(pointer, broker, milliseconds))
    }

    /// Moves a partition to another broker.
    public func setLeader(of partition: TopicPartition, broker: Int32) throws(KafkaError) {
        try KafkaError.check(
            unsafe rd_kafka_mock_partition_set_leader(pointer, partition.topic, partition.partition, broker))
    }
}
