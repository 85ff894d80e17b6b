import FoundationEssentials
import Kafka

/// How many records a second go through the wrapper.
enum Rates {
    static func produce(_ bootstrap: String, _ topic: String, _ count: String, _ bytes: String) async throws {
        guard let count = Int(count), let bytes = Int(bytes) else { return }
        let producer = try Producer(settings(bootstrap))
        // Half of it compressible, as JSON is.
        let value = (0..<bytes).map { $0 % 2 == 0 ? 32 : UInt8.random(in: 0...255) }
        let batch = (0..<1000).map { OutgoingRecord(topic: topic, key: Array("key-\($0)".utf8), value: value) }
        let duration = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<count / batch.count {
                    // Twenty batches on their way keep the client busy without filling its queue.
                    if index >= 20 { try await group.next() }
                    group.addTask { try await producer.send(batch) }
                }
                try await group.waitForAll()
            }
        }
        report("produced", count, duration)
        await producer.close()
    }

    static func consume(_ bootstrap: String, _ topic: String, _ count: String) async throws {
        guard let count = Int(count) else { return }
        let group = "probe-\(UInt32.random(in: 0...UInt32.max))"
        let consumer = try Consumer(settings(bootstrap).merging(["group.id": group]) { $1 }, topics: [topic])
        var seen = 0
        var began = ContinuousClock.now
        for await event in consumer.events {
            switch event {
            case .assigned(let partitions):
                began = .now
                await consumer.start(Dictionary(uniqueKeysWithValues: partitions.map { ($0, 0) }))
            case .batch(let batch):
                seen += batch.records.count
                await consumer.finished(batch.partition)
            case .failure(let error): print("failure", error)
            case .revoked, .lost: break
            }
            if seen >= count { break }
        }
        report("consumed", seen, .now - began)
        print(await consumer.counters)
        await consumer.close()
    }

    static func read(_ bootstrap: String, _ topic: String) async throws {
        let settings = settings(bootstrap)
        let admin = try Admin(settings)
        let partitions = try await admin.topics()[topic] ?? 0
        let ranges = try await admin.watermarks((0..<partitions).map { TopicPartition(topic, $0) })
        var seen = 0
        let duration = try await ContinuousClock().measure {
            for try await records in RecordReader(settings, ranges: ranges) { seen += records.count }
        }
        report("read", seen, duration)
    }

    /// `KAFKA_SETTINGS="a=b c=d"` adds to the defaults.
    private static func settings(_ bootstrap: String) -> [String: String] {
        let given = ProcessInfo.processInfo.environment["KAFKA_SETTINGS", default: ""].split(separator: " ")
        return given.reduce(into: ["bootstrap.servers": bootstrap]) { settings, setting in
            let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2 { settings[parts[0]] = parts[1] }
        }
    }

    private static func report(_ what: String, _ count: Int, _ duration: Duration) {
        let perSecond = Double(count) / (duration / .seconds(1))
        print("\(what) \(count) records in \(duration): \(Int(perSecond)) a second")
    }
}
