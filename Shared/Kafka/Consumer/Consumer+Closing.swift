import CRdKafka

extension Consumer {
    struct Closing {
        let deadline: ContinuousClock.Instant
        var isDone = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// Leaves the group, so that the others need not wait for the session to time out, and ends `events`.
    ///
    /// Finish the work in hand before: the partitions may be somebody else's before this returns. It takes some
    /// milliseconds, or up to five seconds where no broker answers.
    public func close() async {
        if closing?.isDone == true { return }
        if closing == nil { beginClosing() }
        await withCheckedContinuation { closing?.waiters.append($0) }
    }

    private func beginClosing() {
        closing = Closing(deadline: .now + .seconds(5))
        withdrawBatches(of: lanes.keys)
        sendCommits()
        // The consumer's queue is forwarded to this one, on which librdkafka also says when it has left.
        let queue = ClientQueue(client)
        // A fatal error has ended the membership already; there is nothing to leave.
        if let error = unsafe rd_kafka_consumer_close_queue(client.pointer, queue.pointer) {
            unsafe rd_kafka_error_destroy(error)
            closing = Closing(deadline: .now)
        }
        self.queue = queue
    }

    /// Serves the last events until librdkafka has left the group.
    func closingTurn() -> Bool {
        guard let deadline = closing?.deadline else { return false }
        while let event = queue.poll(milliseconds: 10) {
            // No time to wait for a release: who closes has finished. And no asking whether fetching has stopped: no other
            // assignment will follow, and once the group has ended librdkafka (2.0) drops what it is asked without an answer.
            if event.type == RD_KAFKA_EVENT_REBALANCE { unsafe rd_kafka_assign(client.pointer, nil) }
        }
        if unsafe rd_kafka_consumer_closed(client.pointer) == 0, .now < deadline { return true }
        hasClosed()
        return false
    }

    /// There will be no further turn.
    func hasClosed() {
        for lane in lanes.values { lane.queue.freeOutdated() }
        lanes = [:]
        stream.end()
        let waiters = closing?.waiters ?? []
        closing = Closing(deadline: .now, isDone: true)
        for waiter in waiters { waiter.resume() }
    }
}
