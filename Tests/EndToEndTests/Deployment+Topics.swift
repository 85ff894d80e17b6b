import Contracts
import HTTPClient
import Kafka

extension Deployment {
    /// Copies every topic of ours, record by record, to topics with another prefix.
    ///
    /// - Parameter keeps: whether a record is copied, by its topic and its number there.
    /// - Returns: the copy's prefix.
    func copyTopics(to name: String, keeping keeps: (Topic, Int) -> Bool) async throws -> String {
        let prefix = kafka.prefix + name
        let admin = try Admin(["bootstrap.servers": kafka.bootstrap])
        _ = try await admin.createTopics(Topic.all.map { NewTopic(prefix + $0.name, partitions: 1, replication: 1) })
        copies.withLock { $0 += Topic.all.map { prefix + $0.name } }
        for topic in Topic.all {
            var copied: [OutgoingRecord] = []
            var number = 0
            let partitions = (0..<topic.partitions).map { TopicPartition(kafka.name(topic.name), $0) }
            let ranges = try await admin.watermarks(partitions)
            for try await records in RecordReader(["bootstrap.servers": kafka.bootstrap], ranges: ranges) {
                for record in records {
                    if keeps(topic, number) {
                        copied.append(
                            OutgoingRecord(
                                topic: prefix + topic.name, key: record.key, value: record.value,
                                headers: record.headers))
                    }
                    number += 1
                }
            }
            if !copied.isEmpty { try await producer.send(copied) }
        }
        return prefix
    }

    /// How many different events a topic holds, by their ids.
    func distinctEvents(on topic: Topic) async throws -> Int {
        Set(try await records(of: topic).compactMap { $0.headers["ce_id"] }).count
    }

    /// Everything that is on a topic now.
    func records(of topic: Topic) async throws -> [Record] {
        let partitions = (0..<topic.partitions).map { TopicPartition(kafka.name(topic.name), $0) }
        let settings = ["bootstrap.servers": kafka.bootstrap]
        let ranges = try await Admin(settings).watermarks(partitions)
        var found: [Record] = []
        for try await records in RecordReader(settings, ranges: ranges) { found += records }
        return found
    }

    func post(
        to program: ServiceProgram, _ path: String, token: String, _ body: some Encodable
    ) async throws -> Client.Response {
        var request = Client.Request(.post, program.url + path, body: try EventJSON.encode(body), timeout: .seconds(10))
        request.headers["Content-Type"] = "application/json"
        request.headers["Authorization"] = "Bearer \(token)"
        return try await client.send(request)
    }
}
