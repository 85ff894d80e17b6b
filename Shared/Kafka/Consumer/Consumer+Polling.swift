import CRdKafka

extension Consumer {
    /// One round: hand over what is due, take what has arrived, tell librdkafka what has changed.
    ///
    /// - Returns: whether there will be another.
    func turn(mayWait: Bool) -> Bool {
        if closing != nil { return closingTurn() }
        assignIfChanged()
        handOver()
        commitIfDue()
        return poll(mayWait: mayWait)
    }

    /// Takes what has arrived until a batch is full, and waits for a first event only as long as nothing else is due.
    private func poll(mayWait: Bool) -> Bool {
        var wait = mayWait ? waitMilliseconds() : 0
        // The limit, because jobs that arrived meanwhile must have their turn even if nothing ever becomes full.
        for _ in 0..<1000 {
            guard let event = queue.poll(milliseconds: wait) else { break }
            wait = 0
            switch event.type {
            case RD_KAFKA_EVENT_FETCH: if receive(event) { return true }
            case RD_KAFKA_EVENT_REBALANCE: rebalance(event)
            case RD_KAFKA_EVENT_ERROR: if !fail(event) { return false }
            case RD_KAFKA_EVENT_STATS: options.onStatistics(event.statistics)
            case RD_KAFKA_EVENT_LOG: if let line = event.log { options.onLog?(line) }
            default: break
            }
        }
        return true
    }

    /// At most 100 ms, which is how soon a forgotten consumer ends.
    private func waitMilliseconds() -> Int32 {
        guard let due = lanes.values.lazy.compactMap({ $0.due(self.options) }).min() else { return 100 }
        let left = due - .now
        return left > .zero ? min(Int32(left / .milliseconds(1)) + 1, 100) : 0
    }

    // MARK: Records

    /// - Returns: whether a batch is full.
    private func receive(_ event: borrowing ClientEvent) -> Bool {
        guard let message = unsafe rd_kafka_event_message_next(event.pointer) else { return false }
        guard let topic = unsafe message.pointee.rkt, let lane = unsafe lane(topic, message.pointee.partition) else {
            return false
        }
        // Whatever librdkafka had queued before a new start.
        guard unsafe message.pointee.offset >= lane.nextOffset else { return false }
        let record = unsafe Record(copying: message, topic: lane.partition.topic)
        lane.receive(record, options)
        counters.records += 1
        counters.bytes += record.size
        if lane.mustPause(options) { setPaused(true, lane) }
        return lane.hasFullBatch(options)
    }

    /// The lane that a message belongs to, if it is wanted. Most often that of the message before.
    private func lane(_ topic: OpaquePointer, _ partition: Int32) -> Lane? {
        if let latest = unsafe latest, unsafe latest.topic == topic, unsafe latest.lane.partition.partition == partition
        {
            return unsafe latest.lane
        }
        let partition = TopicPartition(unsafe string(rd_kafka_topic_name(topic)), partition)
        guard let lane = lanes[partition], lane.phase == .fetching else { return nil }
        unsafe latest = (topic, lane)
        return lane
    }

    private func handOver() {
        let now = ContinuousClock.now
        for lane in lanes.values {
            guard let batch = lane.takeBatch(options, now: now) else { continue }
            counters.batches += 1
            stream.send(.batch(batch))
            if lane.mayResume(options) { setPaused(false, lane) }
        }
    }

    func withdrawBatches(of partitions: some Sequence<TopicPartition>) {
        for partition in stream.withdraw(Set(partitions)) { lanes[partition]?.withdraw() }
        unsafe latest = nil
    }

    func setPaused(_ isPaused: Bool, _ lane: Lane) {
        guard isPaused != lane.isPaused else { return }
        lane.isPaused = isPaused
        if isPaused { counters.pauses += 1 }
        let list = PartitionList([lane.partition])
        // The only errors are of partitions that librdkafka does not know, and it knows what it has fetched.
        _ =
            unsafe isPaused
            ? rd_kafka_pause_partitions(client.pointer, list.pointer)
            : rd_kafka_resume_partitions(client.pointer, list.pointer)
    }

    // MARK: Failures

    /// - Returns: whether the consumer goes on.
    private func fail(_ event: borrowing ClientEvent) -> Bool {
        let error = unsafe event.error(of: client.pointer)
        return fail(error)
    }

    func fail(_ error: KafkaError) -> Bool {
        counters.failures += 1
        stream.send(.failure(error))
        if error.isFatal { hasClosed() }
        return !error.isFatal
    }

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
