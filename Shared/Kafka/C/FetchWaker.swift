import CRdKafka

/// Makes librdkafka look again whether a partition may be fetched.
///
/// Before 2.2 its fetching thread sleeps for up to a second when every partition of a broker has as many records
/// waiting as may wait, and nothing that we take wakes it: a topic of one partition came at 100 000 records a second,
/// in one burst each second. A request to the broker does wake it. From 2.2 on a setting says how soon it looks by
/// itself.
struct FetchWaker {
    private var latest = ContinuousClock.now

    /// The setting, where there is one.
    static var settings: [String: String] { isNeeded ? [:] : ["fetch.queue.backoff.ms": "10"] }

    private static let isNeeded = rd_kafka_version() < 0x0202_00ff

    /// Sends the brokers of these partitions a request, whose answer is not waited for; at most fifty times a second.
    ///
    /// - Returns: false where it is too soon after the last.
    mutating func wake(_ client: Client, _ partitions: () -> Set<TopicPartition>) -> Bool {
        guard Self.isNeeded else { return true }
        guard .now - latest >= .milliseconds(20) else { return false }
        let times = partitions().map { ($0, Int64(RD_KAFKA_OFFSET_END)) }
        if times.isEmpty { return true }
        let list = PartitionList(Dictionary(times) { one, _ in one })
        _ = unsafe rd_kafka_offsets_for_times(client.pointer, list.pointer, 0)
        latest = .now
        return true
    }
}
