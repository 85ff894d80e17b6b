/// A record to send.
public struct OutgoingRecord: Sendable, Hashable {
    public var topic: String
    /// Records of one key go to one partition and so stay in order.
    public var key: [UInt8]?
    /// `nil` is a tombstone: a compacted topic forgets the key.
    public var value: [UInt8]?
    public var headers: Headers
    /// `nil` lets the producer's partitioner choose by the key, and at random where there is none.
    public var partition: Int32?

    public init(
        topic: String, key: [UInt8]? = nil, value: [UInt8]?, headers: Headers = [], partition: Int32? = nil
    ) {
        self.topic = topic
        self.key = key
        self.value = value
        self.headers = headers
        self.partition = partition
    }
}
