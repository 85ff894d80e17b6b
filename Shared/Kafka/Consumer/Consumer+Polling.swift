import CRdKafka

extension Consumer {
    /// One round: take records, hand over what is due, tell librdkafka what has changed, take what else has happened.
    ///
    /// - Returns: whether there will be another.
    func turn(mayWait: Bool) -> Bool {
        if closing != nil { return closingTurn() }
        assignIfChanged()
        for lane in lanes.values { if !fill(lane) { return false } }
        handOver()
        commitIfDue()
        return poll(milliseconds: mayWait ? waitMilliseconds() : 0)
    }

    /// Takes what has happened beside records, and waits for something to happen, a record included.
    private func poll(milliseconds: Int32) -> Bool {
        var wait = milliseconds
        while let event = queue.poll(milliseconds: wait) {
            wait = 0
            switch event.type {
            case RD_KAFKA_EVENT_REBALANCE: rebalance(event)
            case RD_KAFKA_EVENT_ERROR: if !fail(event.error) { return false }
            case RD_KAFKA_EVENT_STATS: options.onStatistics(event.statistics)
            case RD_KAFKA_EVENT_LOG: if let line = event.log { options.onLog?(line) }
            default: break
            }
        }
        return true
    }

    /// At most 100 ms, which is how soon a forgotten consumer ends; less while somebody is yet to be woken.
    private func waitMilliseconds() -> Int32 {
        let most: Int32 = busiest.isEmpty ? 100 : 20
        guard let due = lanes.values.lazy.compactMap({ $0.batching.due(self.options) }).min() else { return most }
        let left = due - .now
        return left > .zero ? min(Int32(left / .milliseconds(1)) + 1, most) : 0
    }

    // MARK: Records

    /// Takes records of a partition until its batch is full or no more are there.
    ///
    /// - Returns: whether the consumer goes on.
    private func fill(_ lane: Lane) -> Bool {
        while lane.batching.wantsRecords(options), let event = lane.queue.poll(milliseconds: 0) {
            switch event.type {
            case RD_KAFKA_EVENT_FETCH: receive(event, lane)
            case RD_KAFKA_EVENT_ERROR: if !fail(event.error) { return false }
            default: break
            }
        }
        return true
    }

    private func receive(_ event: borrowing ClientEvent, _ lane: Lane) {
        guard let message = unsafe rd_kafka_event_message_next(event.pointer) else { return }
        let record = unsafe Record(copying: message, topic: lane.partition.topic)
        lane.batching.receive(record, options)
    }

    private func handOver() {
        let now = ContinuousClock.now
        for lane in lanes.values {
            let isFull = lane.batching.isFull(options)
            guard let records = lane.batching.takeBatch(options, now: now) else { continue }
            if isFull, options.wakesFetching { busiest.insert(lane.partition) }
            let batch = Batch(partition: lane.partition, start: lane.batching.batchStart, records: records)
            counters.batches += 1
            counters.records += records.count
            stream.send(.batch(batch))
        }
        if busiest.isEmpty { return }
        let hasWoken = waker.wake(client) {
            busiest.filter { partition in lanes[partition].map(isHungry) ?? false }
        }
        if hasWoken { busiest = [] }
    }

    /// Less than half of what may wait does, and the broker has more.
    private func isHungry(_ lane: Lane) -> Bool {
        let waiting = lane.queue.count
        guard waiting < options.maxWaiting / 2, let end = knownEnd(of: lane.partition) else { return false }
        return end - lane.batching.nextOffset > waiting
    }

    /// The end of a partition as the broker last told it with records; without asking.
    func knownEnd(of partition: TopicPartition) -> Int64? {
        var low: Int64 = 0
        var high: Int64 = 0
        let code = unsafe rd_kafka_get_watermark_offsets(
            client.pointer, partition.topic, partition.partition, &low, &high)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil
    }

    func withdrawBatches(of partitions: some Sequence<TopicPartition>) {
        for partition in stream.withdraw(Set(partitions)) { lanes[partition]?.batching.withdraw() }
    }

    // MARK: Failures

    /// - Returns: whether the consumer goes on.
    func fail(_ error: KafkaError) -> Bool {
        counters.failures += 1
        stream.send(.failure(error))
        if error.isFatal { hasClosed() }
        return !error.isFatal
    }

    /// As if another member of our name had taken our place; for tests.
    func failFatally() { client.failFatally(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID) }

    // MARK: Commits

    private func commitIfDue() {
        if !uncommitted.isEmpty, .now - lastCommit >= options.commitInterval { sendCommits() }
    }

    /// Only sends: waiting for the answer would block the poll thread, and librdkafka starts no partition while a
    /// commit is under way, which is why they are sent together.
    func sendCommits() {
        if uncommitted.isEmpty { return }
        let list = PartitionList(uncommitted)
        _ = unsafe rd_kafka_commit(client.pointer, list.pointer, 1)
        uncommitted = [:]
        lastCommit = .now
    }
}
