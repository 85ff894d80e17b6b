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
    ///
    /// - Parameter since: leaves out what was recorded before.
    func distinctIDs(_ topic: Topic, recordedSince since: Instant) async throws -> Set<String> {
        var ids: Set<String> = []
        try await read(topic) { record in
            func text(_ name: String) -> String? {
                record.headers[name].map { String(decoding: $0, as: UTF8.self) }
            }
            guard let id = text("ce_id") else { return }
            if let recorded = text("ce_recordedat").flatMap({ Instant($0) }), recorded < since { return }
            ids.insert(id)
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
