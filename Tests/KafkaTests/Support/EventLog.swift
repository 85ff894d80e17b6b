import Kafka
import Threads

/// Reads a consumer's events as a service does, and remembers them.
final class EventLog: Sendable {
    private struct State {
        var events: [Consumer.Event] = []
        var hasEnded = false
    }

    private let state = Lock(State())

    /// - Parameter react: how the consumer's user answers; each event is remembered before it.
    init(_ consumer: Consumer, _ react: @escaping @Sendable (Consumer.Event, EventLog) async -> Void) {
        Task {
            for await event in consumer.events {
                state.withLock { $0.events.append(event) }
                await react(event, self)
            }
            state.withLock { $0.hasEnded = true }
        }
    }

    /// A user who starts every partition at `offset` and finishes and releases at once.
    convenience init(following consumer: Consumer, from offset: Int64 = 0) {
        self.init(consumer) { event, _ in await consumer.follow(event, from: offset) }
    }

    var events: [Consumer.Event] { state.withLock { $0.events } }
    /// The stream is over.
    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    var batches: [Consumer.Batch] {
        events.compactMap { if case .batch(let batch) = $0 { batch } else { nil } }
    }
    var records: [Record] { batches.flatMap(\.records) }
    var failures: [KafkaError] {
        events.compactMap { if case .failure(let error) = $0 { error } else { nil } }
    }

    /// Assignments, revocations and losses, as text.
    var rebalances: [String] {
        events.compactMap { event in
            switch event {
            case .assigned(let partitions): "assigned \(partitions.map(\.partition).sorted())"
            case .revoked(let partitions): "revoked \(partitions.map(\.partition).sorted())"
            case .lost(let partitions): "lost \(partitions.map(\.partition).sorted())"
            case .batch, .failure: nil
            }
        }
    }
}

extension Consumer {
    /// Answers an event at once.
    func follow(_ event: Event, from offset: Int64 = 0) {
        switch event {
        case .assigned(let partitions): start(Dictionary(uniqueKeysWithValues: partitions.map { ($0, offset) }))
        case .batch(let batch): finished(batch.partition)
        case .revoked(let partitions): released(partitions)
        case .lost, .failure: break
        }
    }
}
