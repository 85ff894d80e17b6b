import Kafka
import Threads

/// Reads a consumer's events, and lets a test wait for what it expects.
final class EventLog: Sendable {
    private struct State {
        var events: [Consumer.Event] = []
        var waiters: [(isMet: @Sendable ([Consumer.Event]) -> Bool, continuation: CheckedContinuation<Void, Never>)] =
            []
        var hasEnded = false
    }

    private let state = Lock(State())

    /// - Parameter react: what the test's consumer does about an event, before it is recorded.
    init(_ consumer: Consumer, _ react: @escaping @Sendable (Consumer.Event) async -> Void = { _ in }) {
        Task {
            for await event in consumer.events {
                await react(event)
                update { $0.events.append(event) }
            }
            update { $0.hasEnded = true }
        }
    }

    var events: [Consumer.Event] { state.withLock { $0.events } }
    var hasEnded: Bool { state.withLock { $0.hasEnded } }
    var records: [Record] { events.records }

    /// Waits until the events so far meet a condition.
    func wait(
        _ what: String, within limit: Duration = .seconds(30),
        until isMet: @escaping @Sendable ([Consumer.Event]) -> Bool
    ) async throws {
        try await deadline(limit, what) {
            await withCheckedContinuation { continuation in
                let isMetAlready = self.state.withLock { state in
                    if isMet(state.events) { return true }
                    state.waiters.append((isMet, continuation))
                    return false
                }
                if isMetAlready { continuation.resume() }
            }
        }
    }

    private func update(_ change: (inout State) -> Void) {
        let met = state.withLock { state in
            change(&state)
            let met = state.waiters.filter { $0.isMet(state.events) }
            state.waiters.removeAll { $0.isMet(state.events) }
            return met.map(\.continuation)
        }
        for continuation in met { continuation.resume() }
    }
}

struct Overdue: Error, CustomStringConvertible {
    let description: String
}

/// Fails the test where something does not happen in time. What is overdue is left behind.
func deadline<Result: Sendable>(
    _ limit: Duration, _ what: String, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let (results, continuation) = AsyncThrowingStream.makeStream(of: Result.self)
    let work = Task {
        do { continuation.yield(try await body()) } catch { continuation.finish(throwing: error) }
    }
    let timer = Task {
        // The deadline itself.
        try await Task.sleep(for: limit)
        continuation.finish(throwing: Overdue(description: "\(what): not within \(limit)"))
    }
    defer {
        work.cancel()
        timer.cancel()
    }
    for try await result in results { return result }
    throw CancellationError()
}

extension [Consumer.Event] {
    var batches: [Consumer.Batch] {
        compactMap { if case .batch(let batch) = $0 { batch } else { nil } }
    }
    var records: [Record] { batches.flatMap(\.records) }
    var failures: [KafkaError] {
        compactMap { if case .failure(let error) = $0 { error } else { nil } }
    }
    /// Everything but batches and failures, as short text.
    var rebalances: [String] {
        compactMap { event in
            switch event {
            case .assigned(let partitions): "assigned \(partitions.map(\.partition).sorted())"
            case .revoked(let partitions): "revoked \(partitions.map(\.partition).sorted())"
            case .lost(let partitions): "lost \(partitions.map(\.partition).sorted())"
            case .batch, .failure: nil
            }
        }
    }
}
