import CRdKafka
import Threads

/// One librdkafka producer with its topic handles: what a `Producer` replaces after a fatal error.
final class ProducerClient: Sendable {
    private let client: Client
    private let events: ProducerEvents
    private let topics = Lock<[String: TopicHandle]>([:])

    init(_ settings: [String: String], _ observer: Producer.Observer) throws(KafkaError) {
        let events = ProducerEvents(observer)
        client = try Client(.producer, settings, callbackContext: events) { configuration in
            let types = RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_STATS
            unsafe rd_kafka_conf_set_events(configuration, types)
            unsafe rd_kafka_conf_set_background_event_cb(configuration) { client, event, context in
                guard let client = unsafe client, let event = unsafe event, let context = unsafe context else { return }
                unsafe ProducerEvents.from(context).handle(ClientEvent(consuming: event), client)
            }
            // As events, lines of the log would not come to the background thread's callback: librdkafka prints them.
            if observer.onLog == nil { return }
            unsafe rd_kafka_conf_set_log_cb(configuration) { client, level, facility, text in
                guard let context = unsafe rd_kafka_opaque(client) else { return }
                let line = unsafe LogLine(level: Int(level), facility: string(facility), text: string(text))
                unsafe ProducerEvents.from(context).log(line)
            }
        }
        self.events = events
        // Events arrive on the main queue, which nobody polls here.
        let main = unsafe rd_kafka_queue_get_main(client.pointer)
        let background = unsafe rd_kafka_queue_get_background(client.pointer)
        unsafe rd_kafka_queue_forward(main, background)
        unsafe rd_kafka_queue_destroy(main)
        unsafe rd_kafka_queue_destroy(background)
    }

    var fatalError: KafkaError? { client.fatalError }

    func send(_ records: [OutgoingRecord]) async throws(KafkaError) {
        let group = DeliveryGroup()
        var rest = records[...]
        do throws(KafkaError) {
            while true {
                let reports = events.reports.count
                rest = try enqueue(rest, group)
                if rest.isEmpty { break }
                // The queue is full; every report makes room.
                await events.reports.waitForMore(than: reports)
                if Task.isCancelled {
                    throw KafkaError(
                        code: RD_KAFKA_RESP_ERR__INTR, message: "cancelled with \(rest.count) records not sent")
                }
            }
        } catch {
            group.fail(error)
        }
        try await group.wait()
    }

    /// - Returns: the records that no longer fitted into the queue.
    private func enqueue(
        _ records: ArraySlice<OutgoingRecord>, _ group: DeliveryGroup
    ) throws(KafkaError) -> ArraySlice<OutgoingRecord> {
        var topic: TopicHandle?
        for index in records.indices {
            let record = records[index]
            let handle = try topic?.name == record.topic ? topic : self.topic(record.topic)
            guard let handle else { continue }
            topic = handle
            group.add()
            guard let error = unsafe client.produce(record, to: handle, opaque: group.opaque) else { continue }
            group.withdraw()
            let code = unsafe rd_kafka_error_code(error)
            let failure = unsafe KafkaError(consuming: error)
            if code == RD_KAFKA_RESP_ERR__QUEUE_FULL { return records[index...] }
            throw fatalError ?? failure
        }
        return []
    }

    private func topic(_ name: String) throws(KafkaError) -> TopicHandle {
        try topics.withLock { topics throws(KafkaError) in
            if let topic = topics[name] { return topic }
            let topic = try TopicHandle(name, client)
            topics[name] = topic
            return topic
        }
    }

    /// How many records are queued or on their way, or have a report that is not handed over yet.
    var waiting: Int { Int(unsafe rd_kafka_outq_len(client.pointer)) }

    func failFatally() { client.failFatally(RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER) }

    /// Fails what is not acknowledged yet.
    func purge() {
        _ = unsafe rd_kafka_purge(client.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
    }

    /// `rd_kafka_flush` blocks, so it gets a thread for as long as it takes.
    func flush(timeout: Duration) async throws(KafkaError) {
        let milliseconds = Int32(clamping: Int(timeout / .milliseconds(1)))
        let code = await withCheckedContinuation { continuation in
            SystemThread(name: "kafka-flush") { [client] in
                continuation.resume(returning: unsafe rd_kafka_flush(client.pointer, milliseconds))
            }.detach()
        }
        try KafkaError.check(code)
    }
}
