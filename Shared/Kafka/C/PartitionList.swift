import CRdKafka

/// An owned C list of partitions, each with an offset and an error.
@safe
struct PartitionList: ~Copyable {
    /// Valid as long as this value: never let it escape a call.
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    /// Takes over a list that C returned.
    init(consuming pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) {
        unsafe self.pointer = pointer
    }

    init(_ partitions: some Collection<TopicPartition>) {
        unsafe pointer = rd_kafka_topic_partition_list_new(Int32(partitions.count))
        for partition in partitions {
            _ = unsafe rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)
        }
    }

    init(_ offsets: [TopicPartition: Int64]) {
        unsafe pointer = rd_kafka_topic_partition_list_new(Int32(offsets.count))
        for (partition, offset) in offsets {
            let entry = unsafe rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)
            unsafe entry?.pointee.offset = offset
        }
    }

    deinit { unsafe rd_kafka_topic_partition_list_destroy(pointer) }

    struct Entry {
        let partition: TopicPartition
        let offset: Int64
        let error: rd_kafka_resp_err_t
    }

    var entries: [Entry] { unsafe PartitionList.entries(of: pointer) }

    /// What is in a list that C keeps.
    static func entries(of list: UnsafePointer<rd_kafka_topic_partition_list_t>) -> [Entry] {
        let elements = unsafe UnsafeBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt))
        return unsafe elements.map {
            let partition = TopicPartition(unsafe string($0.topic), unsafe $0.partition)
            return Entry(partition: partition, offset: unsafe $0.offset, error: unsafe $0.err)
        }
    }
}
