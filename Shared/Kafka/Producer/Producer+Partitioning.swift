import CRdKafka

extension Producer {
    /// The partition that a key belongs to among so many, as this producer and Java's clients choose it.
    ///
    /// - Precondition: `partitions` is positive.
    public static func murmur2Partition(key: [UInt8], partitions: Int32) -> Int32 {
        precondition(partitions > 0, "a topic has partitions")
        // The function looks at key and count alone.
        return unsafe key.withUnsafeBytes {
            unsafe rd_kafka_msg_partitioner_murmur2(nil, $0.baseAddress, $0.count, partitions, nil, nil)
        }
    }
}
