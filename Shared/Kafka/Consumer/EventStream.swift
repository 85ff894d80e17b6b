import Threads

/// The events that wait for their reader.
///
/// Bounded by construction: a partition has one batch at most, rebalances come one at a time, and of failures only the
/// latest are kept. Batches of partitions that are no longer ours can be taken back before anybody has seen them.
final class EventStream: Sendable {
    private struct State {
        var events: [Consumer.Event] = []
        var failures = 0
        var reader: CheckedContinuation<Consumer.Event?, Never>?
        var hasEnded = false
    }

    private let state = Lock(State())
    private let maxFailures = 64

    /// The stream itself; it may be read by one task.
    func makeStream() -> AsyncStream<Consumer.Event> {
        AsyncStream(unfolding: { await self.next() }, onCancel: { self.end() })
    }

    func send(_ event: Consumer.Event) {
        let reader: CheckedContinuation<Consumer.Event?, Never>? = state.withLock { state in
            if state.hasEnded { return nil }
            if let reader = state.reader.take() { return reader }
            if case .failure = event { makeRoom(&state) }
            state.events.append(event)
            return nil
        }
        reader?.resume(returning: event)
    }

    /// Takes back the batches of partitions that nobody has read yet.
    ///
    /// - Returns: the partitions of which there was one.
    func withdraw(_ partitions: Set<TopicPartition>) -> [TopicPartition] {
        state.withLock { state in
            var withdrawn: [TopicPartition] = []
            state.events.removeAll { event in
                guard case .batch(let batch) = event, partitions.contains(batch.partition) else { return false }
                withdrawn.append(batch.partition)
                return true
            }
            return withdrawn
        }
    }

    /// Ends the stream once what is in it has been read.
    func end() {
        let reader = state.withLock { state in
            state.hasEnded = true
            return state.reader.take()
        }
        reader?.resume(returning: nil)
    }

    private func next() async -> Consumer.Event? {
        await withCheckedContinuation { continuation in
            let event: Consumer.Event?? = state.withLock { state in
                if state.events.isEmpty {
                    if state.hasEnded { return .some(nil) }
                    state.reader = continuation
                    return nil
                }
                let event = state.events.removeFirst()
                if case .failure = event { state.failures -= 1 }
                return event
            }
            if let event { continuation.resume(returning: event) }
        }
    }

    /// The oldest failure goes: the latest say how things stand.
    private func makeRoom(_ state: inout State) {
        if state.failures == maxFailures {
            let oldest = state.events.firstIndex { if case .failure = $0 { true } else { false } }
            if let oldest { state.events.remove(at: oldest) }
        } else {
            state.failures += 1
        }
    }
}
