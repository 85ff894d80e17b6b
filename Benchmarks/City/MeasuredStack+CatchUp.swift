import Contracts
import Kafka
import Postgres

extension MeasuredStack {
    /// Lets a service that was stopped read all that is on its topics, and stops it again: what others left there is none of what is
    /// measured next.
    func catchUp(_ service: ServiceName, _ connection: PostgresConnection) async throws {
        let admin = try Admin(["bootstrap.servers": kafka])
        let places = service.consumed.flatMap { topic in
            (0..<topic.partitions).map { TopicPartition(topicPrefix + topic.name, $0) }
        }
        let end = try await admin.watermarks(places).values.reduce(0) { $0 + Int($1.upperBound) }
        try start(service.rawValue)
        while try await count(
            "select coalesce(sum(next_offset), 0) from \(service.rawValue).consumer_offset", connection) < end
        {
            try await Task.sleep(for: .milliseconds(100))
        }
        while try await count("select count(*) from \(service.rawValue).outbox", connection) > 0 {
            try await Task.sleep(for: .milliseconds(100))
        }
        try await stop(service.rawValue)
    }
}
