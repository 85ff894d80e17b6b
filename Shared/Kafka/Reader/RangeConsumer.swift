import CRdKafka
import Threads

/// The reading of some partitions, on a thread of its own.
@safe
actor RangeConsumer {
    private nonisolated let thread = ThreadExecutor(name: "kafka-reader")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private let client: Client
    private let queue: ClientQueue
    /// How long no record may come; nil waits for ever.
    private let patience: Duration?
    private var waker = FetchWaker()
    /// Something has been taken since the last wake: the fetching thread may sleep because there was too much.
    private var owesWake = false
    private var topics: [String: TopicHandle] = [:]
    /// The partition of the message before. `topics` keeps the topic objects alive, so that an address names a topic.
    private var latest: (topic: OpaquePointer, partition: TopicPartition)?
    /// The end of each partition that is not read up to it yet.
    private var open: [TopicPartition: Int64]

    init(_ settings: [String: String], _ ranges: [TopicPartition: Range<Int64>], _ patience: Duration?)
        throws(KafkaError)
    {
        client = try Client(.consumer, settings)
        queue = ClientQueue(client)
        self.patience = patience
        open = ranges.filter { !$0.value.isEmpty }.mapValues(\.upperBound)
        for (partition, range) in ranges where !range.isEmpty {
            if topics[partition.topic] == nil { topics[partition.topic] = try TopicHandle(partition.topic, client) }
            guard let topic = topics[partition.topic] else { continue }
            // The simple consumer of old: no group, and so no coordinator to find and no right to a group needed.
            let code = unsafe rd_kafka_consume_start_queue(
                topic.pointer, partition.partition, range.lowerBound, queue.pointer)
            if code != 0 { throw KafkaError(code: rd_kafka_last_error(), partition: partition) }
        }
    }

    // What is still being fetched has to be stopped before the instance can go.
    isolated deinit {
        for partition in open.keys { stop(partition) }
    }

    /// The next records; `nil` once every partition has been read to its end.
    func next() throws(KafkaError) -> [Record]? {
        let deadline = patience.map { ContinuousClock.now + $0 }
        while !open.isEmpty {
            let records = try poll()
            if !records.isEmpty { return records }
            if Task.isCancelled {
                throw KafkaError(code: RD_KAFKA_RESP_ERR__INTR, message: "the reading was cancelled")
            }
            if let patience, let deadline, .now >= deadline {
                let places = open.keys.sorted().prefix(3).map(\.description).joined(separator: ", ")
                throw KafkaError(
                    code: RD_KAFKA_RESP_ERR__TIMED_OUT,
                    message: "no record for \(patience), with \(places) not at their end")
            }
        }
        return nil
    }

    /// Waits for a first message, and takes what is there.
    private func poll() throws(KafkaError) -> [Record] {
        var records: [Record] = []
        var wait: Int32 = 100
        // One message at a time: the batch calls of librdkafka before 2.1 are best left alone.
        for _ in 0..<1000 {
            guard let message = unsafe rd_kafka_consume_queue(queue.pointer, wait) else { break }
            defer { unsafe rd_kafka_message_destroy(message) }
            wait = 0
            if let record = try unsafe take(message) { records.append(record) }
            if open.isEmpty { break }
        }
        if !records.isEmpty { owesWake = true }
        if owesWake, queue.count < 5000, waker.wake(client, { Set(open.keys) }) { owesWake = false }
        return records
    }

    /// The record of a message, where it is one that is wanted.
    private func take(_ message: UnsafePointer<rd_kafka_message_t>) throws(KafkaError) -> Record? {
        let code = unsafe message.pointee.err
        guard let partition = unsafe partition(message) else {
            let error = KafkaError(code: code)
            // Of a broker, not of a partition: librdkafka tries again, and patience has an end.
            if error.isRetryable { return nil }
            throw error
        }
        guard let end = open[partition] else { return nil }
        let offset = unsafe message.pointee.offset
        switch code {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
            if offset + 1 >= end { close(partition) }
            return offset < end ? unsafe Record(copying: message, topic: partition.topic) : nil
        case RD_KAFKA_RESP_ERR__PARTITION_EOF:
            // Offsets below the end may have no record: compacted away, or the marker of a transaction.
            if offset >= end { close(partition) }
            return nil
        default:
            let error = unsafe KafkaError(
                code: code, message: string(rd_kafka_message_errstr(message)), partition: partition)
            if error.isRetryable { return nil }
            throw error
        }
    }

    private func partition(_ message: UnsafePointer<rd_kafka_message_t>) -> TopicPartition? {
        guard let topic = unsafe message.pointee.rkt else { return nil }
        let number = unsafe message.pointee.partition
        if let latest = unsafe latest, unsafe latest.topic == topic, unsafe latest.partition.partition == number {
            return unsafe latest.partition
        }
        let partition = TopicPartition(unsafe string(rd_kafka_topic_name(topic)), number)
        unsafe latest = (topic, partition)
        return partition
    }

    private func close(_ partition: TopicPartition) {
        stop(partition)
        open[partition] = nil
    }

    private func stop(_ partition: TopicPartition) {
        guard let topic = topics[partition.topic] else { return }
        _ = unsafe rd_kafka_consume_stop(topic.pointer, partition.partition)
    }
}
