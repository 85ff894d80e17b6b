import Arguments
import Contracts
import Kafka
import ServiceKit

/// Writes down the making of topics in `muster.topics`: services compare it with what their positions belong to.
struct TopicRecords {
    private let settings: [String: String]
    private let prefix: String

    init(_ values: Values) throws {
        self.init(try Connection.kafkaSettings(values), prefix: values[Connection.prefix])
    }

    init(_ settings: [String: String], prefix: String) {
        self.settings = settings
        self.prefix = prefix
    }

    /// Records the making of every topic; for a broker that has just begun.
    func recordAll() async throws {
        try await record(Dictionary(Topic.all.map { (prefix + $0.name, .created) }) { first, _ in first })
    }

    /// Records every topic that was made now, and those whose making nobody has recorded yet.
    func record(_ outcomes: [String: NewTopic.Outcome]) async throws {
        let registry = prefix + Topic.topics.name
        let known = outcomes[registry] == .created ? [] : try await recorded()
        let now = MachineClock.now()
        let records = try Topic.all.compactMap { topic -> OutgoingRecord? in
            guard outcomes[prefix + topic.name] == .created || !known.contains(topic.name) else { return nil }
            let made = TopicMade(
                name: topic.name, incarnation: .v7(at: now), partitions: Int(topic.partitions))
            return try outgoing(made, at: now)
        }
        if records.isEmpty { return }
        let producer = try Producer(settings)
        try await producer.send(records)
        await producer.close()
    }

    private func recorded() async throws -> Set<String> {
        let partition = TopicPartition(prefix + Topic.topics.name, 0)
        let ranges = try await Admin(settings).watermarks([partition])
        var names: Set<String> = []
        for try await records in RecordReader(settings, ranges: ranges) {
            for record in records {
                if let value = record.value, let made = try? EventJSON.payload(TopicMade.self, from: value) {
                    names.insert(made.name)
                }
            }
        }
        return names
    }

    private func outgoing(_ payload: some EventPayload, at now: Instant) throws -> OutgoingRecord {
        let envelope = EventEnvelope(
            id: EventID.v7(at: now).description, source: "muster/cli", type: type(of: payload).type,
            subject: payload.subject, time: now, recordedAt: now)
        return OutgoingRecord(
            topic: prefix + type(of: payload).topic.name, key: Array(payload.key.utf8),
            value: try EventJSON.encode(payload),
            headers: Headers(CloudEvents.headers(of: envelope)))
    }
}
