import CRdKafka
import Threads

/// Topics, offsets and groups of a cluster.
///
/// librdkafka's calls block until the answer or the timeout; this actor makes them on a thread of its own, one after
/// another.
public actor Admin {
    let client: Client
    /// How long one request may take.
    let timeout: Duration
    private nonisolated let thread = ThreadExecutor(name: "kafka-admin")

    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - settings: librdkafka's, `bootstrap.servers` at least; see `KafkaConnection`.
    ///   - timeout: for each request; a call may make two.
    /// - Throws: `.configuration` where a setting is refused.
    public init(_ settings: [String: String], timeout: Duration = .seconds(10)) throws(KafkaError) {
        client = try Client(.producer, ["socket.nagle.disable": "true"].merging(settings) { $1 })
        self.timeout = timeout
    }

    var milliseconds: Int32 { Int32(clamping: Int(timeout / .milliseconds(1))) }

    func request(_ operation: rd_kafka_admin_op_t) -> AdminRequest {
        AdminRequest(operation, client, milliseconds: milliseconds)
    }
}
