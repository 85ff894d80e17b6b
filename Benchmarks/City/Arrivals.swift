import Kafka
import Threads

/// When each of the events that are waited for was read from a topic, as whoever else reads it does.
final class Arrivals: Sendable {
    private let seen = Lock<[String: ContinuousClock.Instant]>([:])

    var all: [String: ContinuousClock.Instant] { seen.withLock { $0 } }

    var count: Int { seen.withLock { $0.count } }

    func count(of sent: [String: ContinuousClock.Instant]) -> Int {
        seen.withLock { seen in sent.keys.count { seen[$0] != nil } }
    }

    private func add(_ name: String, at instant: ContinuousClock.Instant) {
        seen.withLock { seen in if seen[name] == nil { seen[name] = instant } }
    }

    /// From the end of the topic on, until cancelled.
    ///
    /// - Parameter name: what a record is waited for by; nil for one that is not.
    func read(_ topic: String, _ stack: MeasuredStack, by name: (Record) -> String?) async throws {
        let admin = try Admin(["bootstrap.servers": stack.kafka])
        let consumer = try Consumer(
            ["bootstrap.servers": stack.kafka, "group.id": "bench-\(UInt32.random(in: 0...UInt32.max))"],
            topics: [topic])
        try await withTaskCancellationHandler {
            for await event in consumer.events {
                switch event {
                case .assigned(let partitions):
                    await consumer.start(try await admin.watermarks(partitions).mapValues(\.upperBound))
                case .batch(let batch):
                    let now = ContinuousClock.now
                    for record in batch.records { if let name = name(record) { add(name, at: now) } }
                    await consumer.finished(batch.partition)
                case .revoked(let partitions): await consumer.released(partitions)
                case .lost, .failure: break
                }
            }
        } onCancel: {
            Task { await consumer.close() }
        }
    }
}

extension Record {
    /// A CloudEvents attribute, as its text.
    func attribute(_ name: String) -> String? {
        headers["ce_\(name)"].map { String(decoding: $0, as: UTF8.self) }
    }
}
