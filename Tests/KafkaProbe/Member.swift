import Glibc
import Kafka

/// A member of a group that reads its partitions from the beginning and says on standard output what happens to it.
enum Member {
    static func run(_ arguments: [String]) async throws {
        var settings = ["bootstrap.servers": arguments[0], "group.id": arguments[1]]
        for setting in arguments[3...] {
            let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
            settings[parts[0]] = parts[1]
        }
        let consumer = try Consumer(settings, topics: [arguments[2]])
        for await event in consumer.events {
            switch event {
            case .assigned(let partitions):
                say("assigned", list(partitions))
                await consumer.start(Dictionary(uniqueKeysWithValues: partitions.map { ($0, 0) }))
            case .batch(let batch):
                say("batch", batch.partition.partition, batch.records[0].offset, batch.nextOffset)
                await consumer.finished(batch.partition)
            case .revoked(let partitions):
                say("revoked", list(partitions))
                await consumer.released(partitions)
            case .lost(let partitions): say("lost", list(partitions))
            case .failure(let error): say("failure", error)
            }
        }
    }

    /// Unbuffered, as the reader may kill us at any time.
    private static func say(_ words: Any...) {
        let line = Array((words.map { "\($0)" }.joined(separator: " ") + "\n").utf8)
        _ = line.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }

    private static func list(_ partitions: [TopicPartition]) -> String {
        partitions.map(\.partition).sorted().map(String.init).joined(separator: ",")
    }
}
