import CRdKafka

extension Admin {
    /// The first offset that each partition still has, up to the one that its next record will get.
    ///
    /// Asks each broker twice, however many partitions there are.
    /// - Throws: the first partition's error, such as `.unknownTopic`.
    public func watermarks(_ partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Range<Int64>] {
        let low = try offsets(partitions, at: Int64(RD_KAFKA_OFFSET_BEGINNING))
        let high = try offsets(partitions, at: Int64(RD_KAFKA_OFFSET_END))
        return low.reduce(into: [:]) { ranges, entry in
            // A partition may lose its oldest records between the two answers.
            if let end = high[entry.key] { ranges[entry.key] = min(entry.value, end)..<end }
        }
    }

    /// Asks for offsets by time, for which Kafka gives the ends of a partition times of their own (-2 and -1).
    private func offsets(_ partitions: [TopicPartition], at time: Int64) throws(KafkaError) -> [TopicPartition: Int64] {
        if partitions.isEmpty { return [:] }
        let list = PartitionList(Dictionary(partitions.map { ($0, time) }) { one, _ in one })
        try check(unsafe rd_kafka_offsets_for_times(client.pointer, list.pointer, milliseconds))
        return try list.offsets()
    }

    /// What a group has committed, by partition; without those of which it has committed nothing.
    public func committed(_ group: String, _ partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64]
    {
        if partitions.isEmpty { return [:] }
        let list = PartitionList(partitions)
        guard let wanted = unsafe rd_kafka_ListConsumerGroupOffsets_new(group, list.pointer) else {
            preconditionFailure("out of memory")
        }
        defer { unsafe rd_kafka_ListConsumerGroupOffsets_destroy(wanted) }
        let request = request(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS)
        var pointers = unsafe [OpaquePointer?](arrayLiteral: wanted)
        unsafe rd_kafka_ListConsumerGroupOffsets(client.pointer, &pointers, 1, request.options, request.queue.pointer)
        let answer = try answer(to: request)
        var count = 0
        let groups = unsafe rd_kafka_ListConsumerGroupOffsets_result_groups(
            rd_kafka_event_ListConsumerGroupOffsets_result(answer.pointer), &count)
        guard count == 1, let group = unsafe groups?[0] else { return [:] }
        if let error = unsafe KafkaError(ofGroup: group) { throw error }
        guard let offsets = unsafe rd_kafka_group_result_partitions(group) else { return [:] }
        return try unsafe PartitionList.offsets(in: PartitionList.entries(of: offsets))
    }

    /// Deletes a group and what it has committed. One that does not exist is passed over.
    ///
    /// - Throws: `.groupInUse` while it has members.
    public func deleteGroup(_ name: String) throws(KafkaError) {
        let wanted = unsafe rd_kafka_DeleteGroup_new(name)
        defer { unsafe rd_kafka_DeleteGroup_destroy(wanted) }
        let request = request(RD_KAFKA_ADMIN_OP_DELETEGROUPS)
        var pointers = unsafe [wanted]
        unsafe rd_kafka_DeleteGroups(client.pointer, &pointers, 1, request.options, request.queue.pointer)
        let answer = try answer(to: request)
        var count = 0
        let groups = unsafe rd_kafka_DeleteGroups_result_groups(
            rd_kafka_event_DeleteGroups_result(answer.pointer), &count)
        guard count == 1, let group = unsafe groups?[0] else { return }
        if let error = unsafe KafkaError(ofGroup: group), error.kind != .unknownGroup { throw error }
    }
}

extension KafkaError {
    /// The error of a group's result, if it has one; the result keeps it.
    fileprivate init?(ofGroup result: OpaquePointer) {
        guard let error = unsafe rd_kafka_group_result_error(result) else { return nil }
        self.init(code: unsafe rd_kafka_error_code(error), message: unsafe string(rd_kafka_error_string(error)))
    }
}

extension PartitionList {
    func offsets() throws(KafkaError) -> [TopicPartition: Int64] { try PartitionList.offsets(in: entries) }

    /// The offsets that are some; throws the first entry's error.
    static func offsets(in entries: [Entry]) throws(KafkaError) -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        for entry in entries {
            if entry.error != RD_KAFKA_RESP_ERR_NO_ERROR {
                throw KafkaError(code: entry.error, partition: entry.partition)
            }
            if entry.offset >= 0 { offsets[entry.partition] = entry.offset }
        }
        return offsets
    }
}
