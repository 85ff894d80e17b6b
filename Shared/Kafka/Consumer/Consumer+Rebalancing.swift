import CRdKafka

extension Consumer {
    /// Takes a rebalance of the group.
    ///
    /// librdkafka waits for `rd_kafka_assign` as the answer, and the group with it. An assignment is answered at once,
    /// with an empty list: from then on we are a member in good standing who polls and fetches nothing. Each later
    /// change of what we fetch is another `rd_kafka_assign` with all partitions that are started, which an eager group
    /// allows at any time and does not notice. (`rd_kafka_incremental_assign` would change only what changes, but
    /// librdkafka refuses it in a group with an eager assignor. Tested with 2.0.2 against Kafka 4.3.)
    func rebalance(_ event: borrowing ClientEvent) {
        let partitions = event.partitions
        counters.rebalances += 1
        if event.code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            lanes = Dictionary(uniqueKeysWithValues: partitions.map { ($0, lane($0)) })
            mustAssign = false
            assign([:])
            stream.send(.assigned(partitions))
        } else if unsafe rd_kafka_assignment_lost(client.pointer) != 0 {
            // The group would refuse them.
            uncommitted = [:]
            letGo()
            stream.send(.lost(partitions))
        } else {
            for lane in lanes.values { lane.batching.revoke() }
            withdrawBatches(of: lanes.keys)
            unreleased = Set(partitions)
            if !partitions.isEmpty { stream.send(.revoked(partitions)) }
            letGoIfReleased()
        }
    }

    private func lane(_ partition: TopicPartition) -> Lane {
        Lane(partition, ClientQueue(of: partition, client, interrupting: queue))
    }

    func letGoIfReleased() {
        if unreleased?.isEmpty == true { letGo() }
    }

    /// Gives all partitions back.
    private func letGo() {
        withdrawBatches(of: lanes.keys)
        let former = lanes.values
        lanes = [:]
        unreleased = nil
        mustAssign = false
        sendCommits()
        unassign()
        for lane in former { lane.queue.freeOutdated() }
    }

    /// Tells librdkafka what to fetch, where that has changed.
    func assignIfChanged() {
        guard mustAssign, unreleased == nil else { return }
        // An assignment that is lost but not yet reported: assigning now would make librdkafka forget that.
        guard unsafe rd_kafka_assignment_lost(client.pointer) == 0 else { return }
        mustAssign = false
        let fetched = lanes.values.filter { $0.batching.phase == .fetching }
        assign(Dictionary(uniqueKeysWithValues: fetched.map { ($0.partition, $0.batching.nextOffset) }))
        for lane in lanes.values where lane.batching.phase != .fetching { lane.queue.freeOutdated() }
    }

    private func assign(_ offsets: [TopicPartition: Int64]) {
        let list = PartitionList(offsets)
        report(unsafe rd_kafka_assign(client.pointer, list.pointer))
        settle()
    }

    private func unassign() {
        report(unsafe rd_kafka_assign(client.pointer, nil))
        settle()
    }

    /// Waits until the fetching of what was assigned before has stopped.
    ///
    /// librdkafka must not be told of another assignment earlier: it would stop a partition twice and end the process by
    /// an assertion (`rktp_started`; so in 2.0 as in 2.15). Its main thread takes requests in order, and to stop a
    /// partition makes one of its own, whose handling makes another. So when it has answered two more of ours, asked
    /// one after the other, it has stopped. That takes some tens of microseconds.
    private func settle() {
        for _ in 0..<2 {
            var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
            guard unsafe rd_kafka_assignment(client.pointer, &list) == RD_KAFKA_RESP_ERR_NO_ERROR else { return }
            if let list = unsafe list { unsafe rd_kafka_topic_partition_list_destroy(list) }
        }
    }

    private func report(_ code: rd_kafka_resp_err_t) {
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { _ = fail(KafkaError(code: code)) }
    }
}
