import CRdKafka

/// One librdkafka instance. The C library locks for itself, so any thread may use `pointer`; this class only ties the
/// instance's life to Swift's reference count.
public final class Client: Sendable {
    public enum Kind: Sendable { case producer, consumer }

    nonisolated(unsafe) let pointer: OpaquePointer
    /// What callbacks get as their opaque pointer; kept here so that it lives until the instance has called its last one.
    private let callbackContext: (any AnyObject & Sendable)?

    /// - Parameters:
    ///   - callbackContext: the object behind the opaque pointer of every callback.
    ///   - customize: sets callbacks on the configuration before the instance takes it over.
    public init(
        _ kind: Kind, _ settings: [String: String], callbackContext: (any AnyObject & Sendable)? = nil,
        customize: (OpaquePointer) -> Void = { _ in }
    ) throws(KafkaError) {
        let configuration = rd_kafka_conf_new()!
        let errorLength = 512
        var errorText = [CChar](repeating: 0, count: errorLength)
        for (name, value) in settings {
            guard rd_kafka_conf_set(configuration, name, value, &errorText, errorLength) == RD_KAFKA_CONF_OK else {
                rd_kafka_conf_destroy(configuration)
                throw KafkaError(code: RD_KAFKA_RESP_ERR__INVALID_ARG, message: text(errorText))
            }
        }
        if let callbackContext {
            rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(callbackContext).toOpaque())
        }
        customize(configuration)
        let type = kind == .producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER
        // On success the instance owns the configuration; on failure it is still ours.
        guard let pointer = rd_kafka_new(type, configuration, &errorText, errorLength) else {
            rd_kafka_conf_destroy(configuration)
            throw KafkaError(code: rd_kafka_last_error(), message: text(errorText))
        }
        self.pointer = pointer
        self.callbackContext = callbackContext
    }

    /// `Consumer.run` closes a consumer. Without the flag, destroying one that never was closed would close it first and
    /// call the rebalance callback, which leaves its answer to a poll loop that has ended.
    deinit { rd_kafka_destroy_flags(pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE) }

    /// The error that ended this client, if one did.
    public var fatalError: KafkaError? { Kafka.fatalError(of: pointer) }
}

func fatalError(of client: OpaquePointer) -> KafkaError? {
    var errorText = [CChar](repeating: 0, count: 512)
    let code = rd_kafka_fatal_error(client, &errorText, errorText.count)
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code: code, message: text(errorText), isFatal: true)
}

/// The text in a buffer that C filled up to a NUL.
func text(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
