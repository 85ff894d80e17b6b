import CRdKafka

/// A received record, copied out of librdkafka's buffers.
public struct Record: Sendable {
    public let topic: String
    public let partition: Int32
    public let offset: Int64
    /// Milliseconds since 1970.
    public let timestamp: Int64
    public let key: [UInt8]?
    public let value: [UInt8]
    public let headers: [Header]

    init(copying message: UnsafeMutablePointer<rd_kafka_message_t>, topic: String) {
        self.topic = topic
        partition = message.pointee.partition
        offset = message.pointee.offset
        timestamp = rd_kafka_message_timestamp(message, nil)
        key = message.pointee.key.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: message.pointee.key_len)) }
        value = [UInt8](UnsafeRawBufferPointer(start: message.pointee.payload, count: message.pointee.len))
        headers = copyHeaders(message)
    }
}

private func copyHeaders(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> [Header] {
    var list: OpaquePointer?
    guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR else { return [] }
    var headers: [Header] = []
    var name: UnsafePointer<CChar>?
    var value: UnsafeRawPointer?
    var size = 0
    while rd_kafka_header_get_all(list, headers.count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
        headers.append(Header(String(cString: name!), [UInt8](UnsafeRawBufferPointer(start: value, count: size))))
    }
    return headers
}
