import CRdKafka
import Threads

/// Sends records; each `send` returns once the brokers have acknowledged its records.
///
/// It needs no thread of its own: librdkafka's background thread brings delivery reports, many at once.
///
/// An idempotent client cannot go on after it has lost track of what a broker has (`.sequenceLost`). The producer then
/// makes a new client for the next `send`; the caller only sends again what was not acknowledged. A record may have
/// been stored without an acknowledgement, so that a topic may hold repeats: readers must expect them.
public final class Producer: Sendable {
    private let settings: [String: String]
    private let observer: Observer
    /// `nil` once closed.
    private let current: Lock<ProducerClient?>

    /// - Parameter settings: librdkafka's, `bootstrap.servers` at least; see `KafkaConnection` and `defaults`.
    /// - Throws: `.configuration` where a setting is refused.
    public init(_ settings: [String: String], observer: Observer = Observer()) throws(KafkaError) {
        self.settings = Self.settings(settings, observer)
        self.observer = observer
        current = Lock(try ProducerClient(self.settings, observer))
    }

    /// Sends records in order and returns once all are acknowledged.
    ///
    /// Records of one partition are stored in the order of the array, and after those of a `send` that returned before.
    /// Cancelling the task stops adding records; what was added is waited for.
    ///
    /// - Throws: the first error, after the fate of every record is known. Some of the records may have been stored,
    ///   at most `message.timeout.ms` passes before this returns.
    public func send(_ records: [OutgoingRecord]) async throws(KafkaError) {
        if records.isEmpty { return }
        try await usableClient().send(records)
    }

    /// Waits until every record added so far, by any task, is acknowledged or has failed.
    ///
    /// - Throws: `.timedOut`.
    public func flush(timeout: Duration = .seconds(10)) async throws(KafkaError) {
        let client = current.withLock { $0 }
        try await client?.flush(timeout: timeout)
    }

    /// Flushes and ends the client; a later `send` throws. Records that are not acknowledged in time fail.
    public func close(timeout: Duration = .seconds(10)) async {
        let client = current.withLock { $0.take() }
        do throws(KafkaError) {
            try await client?.flush(timeout: timeout)
        } catch {
            client?.purge()
        }
    }

    /// The present client, or a new one where a fatal error has ended it.
    private func usableClient() throws(KafkaError) -> ProducerClient {
        try current.withLock { current throws(KafkaError) in
            guard let client = current else {
                throw KafkaError(code: RD_KAFKA_RESP_ERR__DESTROY, message: "the producer was closed")
            }
            if client.fatalError == nil { return client }
            let next = try ProducerClient(settings, observer)
            current = next
            return next
        }
    }

    /// How many records have no report yet; the task that added them waits for it.
    public var waiting: Int { current.withLock { $0?.waiting ?? 0 } }

    /// As if the client had lost track of what the broker has; for tests.
    func failFatally() { current.withLock { $0?.failFatally() } }
}
