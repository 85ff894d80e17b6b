import Kafka
import Testing

@Suite(.onRealKafka, .serialized)
struct `A consumer on a real broker` {
    @Test func `reads what was sent, from where it was started`() async throws {
        try await RealKafka.withTopics(2) { topics in
            let topic = topics[0]
            let producer = try Producer(RealKafka.settings)
            try await producer.send(
                (0..<1000).map {
                    OutgoingRecord(topic: topic, value: Array("\($0)".utf8), partition: Int32($0 % 2))
                })
            let consumer = try Consumer(RealKafka.settings.merging(["group.id": topic]) { $1 }, topics: [topic])
            let log = EventLog(consumer) { event in
                switch event {
                case .assigned(let partitions):
                    await consumer.start(Dictionary(uniqueKeysWithValues: partitions.map { ($0, 10) }))
                case .batch(let batch): await consumer.finished(batch.partition)
                default: break
                }
            }
            try await log.wait("980 records") { $0.records.count == 980 }
            let values = log.records.map { Int(String(decoding: $0.value ?? [], as: UTF8.self))! }
            #expect(values.filter { $0 % 2 == 0 } == Array(stride(from: 20, to: 1000, by: 2)))
            #expect(values.filter { $0 % 2 == 1 } == Array(stride(from: 21, to: 1000, by: 2)))
            await consumer.close()
            await producer.close()
        }
    }
}
