import Threads
import CRdKafka
import Synchronization

/// Collects the rebalances that librdkafka reports during a poll, for the consumer to answer after it.
///
/// The callback need not answer by itself: the group waits until `rd_kafka_assign` is called, from wherever. Only while
/// closing is there no "after", so then it answers at once.
final class RebalanceInbox: Sendable {
    private let events = Lock<[Consumer.Rebalance]>([])
    private let closing = Atomic<Bool>(false)

    var isClosing: Bool {
        get { closing.load(ordering: .relaxed) }
        set { closing.store(newValue, ordering: .relaxed) }
    }

    static func from(_ context: UnsafeMutableRawPointer) -> RebalanceInbox {
        Unmanaged<RebalanceInbox>.fromOpaque(context).takeUnretainedValue()
    }

    func receive(_ code: rd_kafka_resp_err_t, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>, _ client: OpaquePointer) {
        if isClosing {
            rd_kafka_assign(client, nil)
            return
        }
        let assigns = code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS
        let named = partitions(list)
        events.withLock { $0.append(assigns ? .assigned(named) : .revoked(named)) }
    }

    func takeAll() -> [Consumer.Rebalance] {
        events.withLock { events in
            defer { events = [] }
            return events
        }
    }
}
