import CRdKafka
import Threads

/// One librdkafka instance, ended when the last reference goes.
///
/// `@unchecked Sendable` holds because the pointer never changes and librdkafka's functions lock for themselves: any
/// thread may call any of them on one instance.
@safe
final class Client: @unchecked Sendable {
    enum Kind { case producer, consumer }

    let pointer: OpaquePointer
    /// What callbacks get as their opaque pointer; it must live until the instance has made its last call.
    private let callbackContext: (any AnyObject & Sendable)?

    /// - Parameters:
    ///   - callbackContext: the object behind the opaque pointer of every callback.
    ///   - configure: sets events and callbacks before the instance takes the configuration over.
    /// - Throws: `.configuration` where a setting is unknown or its value is refused.
    @safe
    init(
        _ kind: Kind, _ settings: [String: String], callbackContext: (any AnyObject & Sendable)? = nil,
        configure: (_ configuration: OpaquePointer) -> Void = { _ in }
    ) throws(KafkaError) {
        guard let configuration = unsafe rd_kafka_conf_new() else { preconditionFailure("out of memory") }
        for (name, value) in settings where kind == .consumer || !KafkaConnection.consumersAlone.contains(name) {
            let (result, text) = withErrorText { unsafe rd_kafka_conf_set(configuration, name, value, $0, $1) }
            guard result == RD_KAFKA_CONF_OK else {
                unsafe rd_kafka_conf_destroy(configuration)
                throw KafkaError(code: RD_KAFKA_RESP_ERR__INVALID_ARG, message: text)
            }
        }
        if let callbackContext {
            unsafe rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(callbackContext).toOpaque())
        }
        unsafe configure(configuration)
        let type = kind == .producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER
        let (created, text) = withErrorText { unsafe rd_kafka_new(type, configuration, $0, $1) }
        // On success the instance owns the configuration; on failure it is still ours.
        guard let pointer = unsafe created else {
            unsafe rd_kafka_conf_destroy(configuration)
            throw KafkaError(code: rd_kafka_last_error(), message: text)
        }
        unsafe self.pointer = pointer
        self.callbackContext = callbackContext
    }

    /// On a thread of its own: the call waits for librdkafka's threads and, in 2.0.2, for ever where a message or a
    /// topic is still referenced, and the last reference may be dropped by a thread of Swift's pool.
    ///
    /// The flag, because destroying a consumer that never was closed would else close it first and wait for an answer
    /// to a rebalance that nobody gives. `Consumer.close` closes before.
    deinit {
        // The last reference is going: nobody else has the pointer.
        nonisolated(unsafe) let pointer = unsafe pointer
        SystemThread(name: "kafka-destroy") { [callbackContext] in
            unsafe rd_kafka_destroy_flags(pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
            _ = callbackContext
        }.detach()
    }

    /// The error that ended this instance, if one did.
    var fatalError: KafkaError? { unsafe Client.fatalError(of: pointer) }

    static func fatalError(of client: OpaquePointer) -> KafkaError? {
        let (code, text) = withErrorText { unsafe rd_kafka_fatal_error(client, $0, $1) }
        return code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code: code, message: text, isFatal: true)
    }

    /// Ends the instance as an error would that librdkafka cannot recover from; for tests.
    func failFatally(_ code: rd_kafka_resp_err_t) {
        _ = unsafe rd_kafka_test_fatal_error(pointer, code, "for a test")
    }
}
