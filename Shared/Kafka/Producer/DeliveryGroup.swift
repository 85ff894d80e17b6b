import CRdKafka
import Synchronization
import Threads

/// Counts the delivery reports of one `send` and wakes it at the last one.
///
/// Each record carries this object, unretained, as its opaque pointer. That is safe because `send` holds a reference
/// and cannot return before every report has come: librdkafka reports each record that it accepted exactly once, at
/// the latest when `message.timeout.ms` has passed.
final class DeliveryGroup: Sendable {
    private struct Outcome {
        var error: KafkaError?
        var continuation: CheckedContinuation<KafkaError?, Never>?
    }

    /// Records on their way, and one more while the sender still adds records.
    private let pending = Atomic<Int>(1)
    private let outcome = Lock(Outcome())

    var opaque: UnsafeMutableRawPointer { unsafe Unmanaged.passUnretained(self).toOpaque() }

    func add() { pending.add(1, ordering: .relaxed) }

    /// A record that `add` announced never entered the queue, so that no report will come.
    func withdraw() { pending.subtract(1, ordering: .relaxed) }

    /// Takes the report of one record of the group.
    static func report(_ message: UnsafePointer<rd_kafka_message_t>, _ client: OpaquePointer) {
        guard let opaque = unsafe message.pointee._private else { return }
        unsafe Unmanaged<DeliveryGroup>.fromOpaque(opaque)._withUnsafeGuaranteedRef { group in
            let code = unsafe message.pointee.err
            if code != RD_KAFKA_RESP_ERR_NO_ERROR { group.fail(unsafe deliveryError(message, client)) }
            group.finishOne()
        }
    }

    /// Keeps the first error; the sender throws it once nothing of the group is on its way any more.
    func fail(_ error: KafkaError) { outcome.withLock { $0.error = $0.error ?? error } }

    /// The sender has added its last record: waits for the reports still missing.
    func wait() async throws(KafkaError) {
        let error = await withCheckedContinuation { continuation in
            outcome.withLock { $0.continuation = continuation }
            finishOne()
        }
        if let error { throw error }
    }

    private func finishOne() {
        guard pending.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return }
        let (continuation, error) = outcome.withLock { ($0.continuation.take(), $0.error) }
        continuation?.resume(returning: error)
    }
}

/// A report says only "fatal" or "purged" when the client as a whole failed; the reason is with the client.
private func deliveryError(_ message: UnsafePointer<rd_kafka_message_t>, _ client: OpaquePointer) -> KafkaError {
    let error = unsafe KafkaError(
        code: message.pointee.err,
        partition: TopicPartition(string(rd_kafka_topic_name(message.pointee.rkt)), message.pointee.partition))
    return [.sequenceLost, .cancelled].contains(error.kind) ? unsafe Client.fatalError(of: client) ?? error : error
}
