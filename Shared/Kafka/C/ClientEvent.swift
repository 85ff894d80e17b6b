import CRdKafka

/// An owned event of a client.
@safe
struct ClientEvent: ~Copyable {
    let pointer: OpaquePointer

    init(consuming pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe rd_kafka_event_destroy(pointer) }

    var type: rd_kafka_event_type_t { unsafe rd_kafka_event_type(pointer) }
    var code: rd_kafka_resp_err_t { unsafe rd_kafka_event_error(pointer) }
    var statistics: String { unsafe string(rd_kafka_event_stats(pointer)) }

    /// The error that the event carries, with the partition that it concerns. Of a fatal one librdkafka gives the cause.
    var error: KafkaError {
        KafkaError(
            code: code, message: unsafe string(rd_kafka_event_error_string(pointer)),
            isFatal: unsafe type == RD_KAFKA_EVENT_ERROR && rd_kafka_event_error_is_fatal(pointer) != 0,
            partition: partition)
    }

    var log: LogLine? {
        var facility: UnsafePointer<CChar>?
        var text: UnsafePointer<CChar>?
        var level: Int32 = 0
        guard unsafe rd_kafka_event_log(pointer, &facility, &text, &level) == 0 else { return nil }
        return LogLine(level: Int(level), facility: unsafe string(facility), text: unsafe string(text))
    }

    /// The partitions of a rebalance.
    var partitions: [TopicPartition] {
        guard let list = unsafe rd_kafka_event_topic_partition_list(pointer) else { return [] }
        return unsafe PartitionList.entries(of: list).map(\.partition)
    }

    private var partition: TopicPartition? {
        guard let entry = unsafe rd_kafka_event_topic_partition(pointer) else { return nil }
        defer { unsafe rd_kafka_topic_partition_destroy(entry) }
        return TopicPartition(unsafe string(entry.pointee.topic), unsafe entry.pointee.partition)
    }
}
