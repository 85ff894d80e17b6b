import Threads
import CRdKafka
import Synchronization

/// Counts the delivery reports of one `send` and wakes it at the last one.
///
/// Each record carries this object, unretained, as its opaque pointer. That is safe because `send` holds a reference
/// and cannot return before every report has come: librdkafka reports each record that it accepted exactly once, at
/// the latest when `message.timeout.ms` has passed.
final class DeliveryGroup: Sendable {
    private struct Outcome {
        var error: KafkaError?
        var continuation: CheckedContinuation<Delivery, any Error>?
    }

    /// Records on their way, and one more while the sender still adds records.
    private let pending = Atomic<Int>(1)
    private let outcome = Lock(Outcome())
    // Where the record of the latest report went; exact for a group of one, which is how a single record is sent.
    private let partition = Atomic<Int32>(-1)
    private let offset = Atomic<Int64>(-1)

    func add() { pending.add(1, ordering: .relaxed) }

    /// A record that `add` announced never entered the queue, so that no report will come.
    func withdraw() { pending.subtract(1, ordering: .relaxed) }

    func report(_ message: UnsafePointer<rd_kafka_message_t>, client: OpaquePointer) {
        if message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR { fail(deliveryError(message.pointee.err, client)) }
        partition.store(message.pointee.partition, ordering: .relaxed)
        offset.store(message.pointee.offset, ordering: .relaxed)
        finishOne()
    }

    /// Keeps the first error; the sender throws it once nothing of the group is on its way any more.
    func fail(_ error: KafkaError) { outcome.withLock { $0.error = $0.error ?? error } }

    /// The sender has added its last record: waits for the reports still missing.
    func wait() async throws -> Delivery {
        try await withCheckedThrowingContinuation { continuation in
            outcome.withLock { $0.continuation = continuation }
            finishOne()
        }
    }

    private func finishOne() {
        guard pending.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return }
        let (continuation, error) = outcome.withLock { ($0.continuation.take(), $0.error) }
        if let error { continuation?.resume(throwing: error) } else { continuation?.resume(returning: Delivery(
            partition: partition.load(ordering: .relaxed), offset: offset.load(ordering: .relaxed))) }
    }
}

/// A report says only "fatal" when the client as a whole failed; the reason is with the client.
private func deliveryError(_ code: rd_kafka_resp_err_t, _ client: OpaquePointer) -> KafkaError {
    if code == RD_KAFKA_RESP_ERR__FATAL || code == RD_KAFKA_RESP_ERR__PURGE_QUEUE, let fatal = fatalError(of: client) {
        return fatal
    }
    return KafkaError(code: code)
}
