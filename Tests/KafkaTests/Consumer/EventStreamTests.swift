import Testing

@testable import Kafka

struct `The stream of events` {
    let stream = EventStream()

    private func batch(_ partition: Int32, at offset: Int64) -> Consumer.Event {
        let record = Record(topic: "t", partition: partition, offset: offset, value: nil)
        return .batch(.init(partition: TopicPartition("t", partition), start: offset, records: [record]))
    }

    private func failure(_ number: Int) -> Consumer.Event {
        .failure(KafkaError(kind: .transport, name: "\(number)", message: "", isRetryable: true))
    }

    /// Everything that is in the stream, as short text.
    private func all() async -> [String] {
        stream.end()
        var texts: [String] = []
        for await event in stream.makeStream() {
            switch event {
            case .assigned: texts.append("assigned")
            case .batch(let batch): texts.append("batch \(batch.partition.partition) at \(batch.records[0].offset)")
            case .revoked: texts.append("revoked")
            case .lost: texts.append("lost")
            case .failure(let error): texts.append("failure \(error.name)")
            }
        }
        return texts
    }

    @Test func `keeps the order`() async {
        stream.send(.assigned([]))
        stream.send(batch(0, at: 5))
        stream.send(.revoked([]))
        #expect(await all() == ["assigned", "batch 0 at 5", "revoked"])
    }

    @Test func `gives back what nobody has read`() async {
        stream.send(batch(0, at: 5))
        stream.send(batch(1, at: 6))
        stream.send(batch(2, at: 7))
        #expect(stream.withdraw([TopicPartition("t", 0), TopicPartition("t", 2)]).map(\.partition) == [0, 2])
        #expect(await all() == ["batch 1 at 6"])
    }

    @Test func `keeps the latest failures alone, so that nobody's silence fills the memory`() async {
        for number in 0..<1000 { stream.send(failure(number)) }
        stream.send(.lost([]))
        let texts = await all()
        #expect(texts.count == 65)
        #expect(texts.first == "failure 936")
        #expect(texts.suffix(2) == ["failure 999", "lost"])
    }

    @Test func `a reader that waits gets the next event, and the end`() async {
        var events = stream.makeStream().makeAsyncIterator()
        Task { [stream] in stream.send(.lost([TopicPartition("t", 3)])) }
        guard case .lost(let partitions)? = await events.next() else {
            Issue.record("the event that was sent")
            return
        }
        #expect(partitions == [TopicPartition("t", 3)])
        Task { [stream] in stream.end() }
        #expect(await events.next() == nil)
    }

    @Test func `the cancellation of its reader ends it`() async {
        let reader = Task { [stream] in
            for await _ in stream.makeStream() {}
        }
        reader.cancel()
        await reader.value
    }
}
