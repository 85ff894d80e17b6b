import CRdKafka

/// One admin request: its options, and the queue on which librdkafka answers by an event.
@safe
struct AdminRequest: ~Copyable {
    let options: OpaquePointer
    let queue: ClientQueue
    private let milliseconds: Int32

    init(_ operation: rd_kafka_admin_op_t, _ client: Client, milliseconds: Int32) {
        guard let options = unsafe rd_kafka_AdminOptions_new(client.pointer, operation) else {
            preconditionFailure("librdkafka has no such operation")
        }
        unsafe self.options = options
        queue = ClientQueue(client)
        self.milliseconds = milliseconds
        var nothing: CChar = 0
        _ = unsafe rd_kafka_AdminOptions_set_request_timeout(options, milliseconds, &nothing, 0)
    }

    deinit { unsafe rd_kafka_AdminOptions_destroy(options) }

    /// Waits for the answer to the request that was made with `options` and `queue`.
    func answer() throws(KafkaError) -> ClientEvent {
        // A second more than librdkafka allows itself, which answers even where the broker does not.
        guard let event = queue.poll(milliseconds: milliseconds + 1000) else {
            throw KafkaError(code: RD_KAFKA_RESP_ERR__TIMED_OUT)
        }
        if event.code != RD_KAFKA_RESP_ERR_NO_ERROR { throw event.error }
        return event
    }
}
