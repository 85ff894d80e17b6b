import Contracts
import HTTPClient
import Kafka

extension Deployment {
    /// How many different events a topic holds, by their ids.
    func distinctEvents(on topic: Topic) async throws -> Int {
        let partitions = (0..<topic.partitions).map { TopicPartition(kafka.name(topic.name), $0) }
        let settings = ["bootstrap.servers": kafka.bootstrap]
        let ranges = try await Admin(settings).watermarks(partitions)
        var ids: Set<[UInt8]> = []
        for try await records in RecordReader(settings, ranges: ranges) {
            for record in records {
                if let id = record.headers.first(where: { $0.name == "ce_id" }) { ids.insert(id.value) }
            }
        }
        return ids.count
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
