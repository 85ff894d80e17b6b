import Contracts
import Kafka

/// Reads whole topics, for those who count what is on them.
struct TopicContents: Sendable {
    private let settings: [String: String]
    private let prefix: String

    init(_ settings: [String: String], prefix: String) {
        self.settings = settings
        self.prefix = prefix
    }

    /// The distinct ids of the events on a topic; repeats of a relay bear the same id.
    func distinctIDs(_ topic: Topic) async throws -> Set<String> {
        var ids: Set<String> = []
        try await read(topic) { record in
            if let id = record.headers.first(where: { $0.name == "ce_id" }) {
                ids.insert(String(decoding: id.value, as: UTF8.self))
            }
        }
        return ids
    }

    /// The records of a topic that are there now, partition by partition.
    func read(_ topic: Topic, _ body: (Record) -> Void) async throws {
        let admin = try Admin(settings)
        let name = prefix + topic.name
        guard let count = try await Connection.reaching({ try await admin.topics()[name] }) else { return }
        let partitions = (0..<count).map { TopicPartition(name, $0) }
        let ranges = try await Connection.reaching { try await admin.watermarks(partitions) }
        for try await records in RecordReader(settings, ranges: ranges) {
            for record in records { body(record) }
        }
    }
}
