import Contracts
public import Kafka

/// Which making of each topic there is: the cluster's id and what `muster topics create` wrote when it made the topic.
///
/// A position belongs to one making. A topic that was deleted and made anew, or a broker that forgot everything, would
/// otherwise pass for the old one, and what its new offsets hold would be skipped without a word.
public struct TopicIncarnations: Sendable {
    private let cluster: String
    private let made: [String: EventID]

    /// Nil for a topic that nobody recorded the making of.
    public subscript(topic: String) -> String? { made[topic].map { "\(cluster)/\($0)" } }

    public static func read(_ settings: [String: String], _ admin: Admin, prefix: String) async throws
        -> TopicIncarnations
    {
        let partition = TopicPartition(prefix + Topic.topics.name, 0)
        let ranges = try await admin.watermarks([partition])
        var made: [String: EventID] = [:]
        for try await records in RecordReader(settings, ranges: ranges) {
            for record in records {
                guard let raw = try? CloudEvents.read(header: { record.header($0) }, value: record.value),
                    let event = try? EventJSON.payload(TopicMade.self, from: raw.data)
                else { continue }
                made[event.name] = event.incarnation
            }
        }
        return TopicIncarnations(cluster: try await admin.clusterID(), made: made)
    }
}
