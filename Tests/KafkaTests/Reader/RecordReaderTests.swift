import Kafka
import TestSupport
import Testing

@Suite(.needsRealKafka, .timeLimit(.minutes(2)))
struct `A reader of whole partitions` {
    @Test func `reads what is asked for, each partition in order`() async throws {
        try await withTopics(4) { topics in
            try await topics.send(0..<30_000, over: 3)
            let partitions = topics.partitions(4)
            var ranges = try await Admin(topics.settings).watermarks(partitions)
            // the last is empty
            #expect(ranges[partitions[3]] == 0..<0)
            ranges[partitions[1]] = 17..<5000
            ranges[partitions[2]] = 3..<3
            var offsets: [Int32: [Int64]] = [:]
            for try await records in RecordReader(topics.settings, ranges: ranges) {
                for record in records {
                    offsets[record.partition, default: []].append(record.offset)
                    #expect(record.number == Int(record.offset) * 3 + Int(record.partition))
                }
            }
            #expect(offsets == [0: Array(0..<10_000), 1: Array(17..<5000)])
        }
    }

    @Test func `of nothing ends at once`() async throws {
        for try await _ in RecordReader(["bootstrap.servers": "127.0.0.1:1", "log_level": "0"], ranges: [:]) {
            Issue.record("a record from nowhere")
        }
    }

    @Test func `can be left in the middle`() async throws {
        try await withTopics(1) { topics in
            try await topics.send(0..<10_000, over: 1)
            let ranges = try await Admin(topics.settings).watermarks(topics.partitions(1))
            for try await records in RecordReader(topics.settings, ranges: ranges) where !records.isEmpty { break }
        }
    }

    @Test func `says where a range begins after the partition's end`() async throws {
        try await withTopics(1) { topics in
            try await topics.send(0..<10, over: 1)
            let partition = TopicPartition(topics.name, 0)
            let reader = RecordReader(topics.settings, ranges: [partition: 100..<200])
            let error = try await #require(throws: KafkaError.self) { for try await _ in reader {} }
            #expect(error.kind == .offsetOutOfRange)
            #expect(error.partition == partition)
        }
    }

    @Test func `loses its patience where a range ends after the partition's end`() async throws {
        try await withTopics(1) { topics in
            try await topics.send(0..<10, over: 1)
            let partition = TopicPartition(topics.name, 0)
            let reader = RecordReader(topics.settings, ranges: [partition: 0..<20], patience: .seconds(5))
            var count = 0
            let error = try await #require(throws: KafkaError.self) {
                for try await records in reader { count += records.count }
            }
            #expect(count == 10)
            #expect(error.kind == .timedOut)
            #expect(error.message.contains("\(partition)"))
        }
    }

    @Test func `reads on without an end what comes later, until it is cancelled`() async throws {
        try await withTopics(1) { topics in
            try await topics.send(0..<10, over: 1)
            let (numbers, found) = AsyncStream<Int>.makeStream()
            let reading = Task {
                defer { found.finish() }
                let reader = RecordReader.endless(topics.settings, from: [TopicPartition(topics.name, 0): 9])
                for try await records in reader { for record in records { found.yield(Int(record.offset)) } }
            }
            var iterator = numbers.makeAsyncIterator()
            #expect(await iterator.next() == 9)
            // What was at its end when the reading began is read past it.
            try await topics.send(10..<12, over: 1)
            #expect(await iterator.next() == 10)
            #expect(await iterator.next() == 11)
            reading.cancel()
            await #expect(throws: KafkaError.self) { try await reading.value }
        }
    }

    @Test func `says that a topic is unknown`() async throws {
        let kafka = try TestKafka()
        let reader = RecordReader(
            ["bootstrap.servers": kafka.bootstrap], ranges: [TopicPartition(kafka.name("nowhere"), 0): 0..<1],
            patience: .seconds(2))
        let error = try await #require(throws: KafkaError.self) { for try await _ in reader {} }
        #expect([.unknownTopic, .timedOut].contains(error.kind), "\(error)")
    }

    @Test func `refuses a setting as others do`() async throws {
        let reader = RecordReader(["no.such.setting": "1"], ranges: [:])
        let error = try await #require(throws: KafkaError.self) { for try await _ in reader {} }
        #expect(error.kind == .configuration)
    }
}
