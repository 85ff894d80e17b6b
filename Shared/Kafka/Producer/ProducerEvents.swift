import CRdKafka

/// Takes a producer's events on librdkafka's background thread.
final class ProducerEvents: Sendable {
    let reports = ReportCount()
    private let observer: Producer.Observer

    init(_ observer: Producer.Observer) { self.observer = observer }

    static func from(_ context: UnsafeMutableRawPointer) -> ProducerEvents {
        unsafe Unmanaged<ProducerEvents>.fromOpaque(context).takeUnretainedValue()
    }

    func log(_ line: LogLine) { observer.onLog?(line) }

    func handle(_ event: consuming ClientEvent, _ client: OpaquePointer) {
        let type = event.type
        switch type {
        case RD_KAFKA_EVENT_DR:
            while let message = unsafe rd_kafka_event_message_next(event.pointer) {
                unsafe DeliveryGroup.report(message, client)
            }
        case RD_KAFKA_EVENT_ERROR: observer.onError(event.error)
        case RD_KAFKA_EVENT_STATS: observer.onStatistics(event.statistics)
        default: break
        }
        // The records leave the queue with their event.
        _ = consume event
        if type == RD_KAFKA_EVENT_DR { reports.increase() }
    }
}
