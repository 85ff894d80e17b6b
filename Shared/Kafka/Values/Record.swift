/// A record as it was read.
public struct Record: Sendable, Hashable {
    public let topic: String
    public let partition: Int32
    public let offset: Int64
    /// Milliseconds since 1970, set by the sender or the broker as the topic says; -1 where there is none.
    public let timestamp: Int64
    /// Whether the timestamp is when the broker took it (`message.timestamp.type=LogAppendTime`), and not what its sender says.
    public let isTimedByBroker: Bool
    public let key: [UInt8]?
    /// `nil` is a tombstone: its key was deleted from a compacted topic.
    public let value: [UInt8]?
    public let headers: Headers

    public init(
        topic: String, partition: Int32, offset: Int64, timestamp: Int64 = -1, isTimedByBroker: Bool = false,
        key: [UInt8]? = nil, value: [UInt8]?, headers: Headers = []
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.isTimedByBroker = isTimedByBroker
        self.key = key
        self.value = value
        self.headers = headers
    }

    /// The bytes of key, value and headers.
    public var size: Int { (key?.count ?? 0) + (value?.count ?? 0) + headers.bytes.count - 8 * headers.count }
}
