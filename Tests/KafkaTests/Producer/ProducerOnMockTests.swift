import TestSupport
import Testing

@testable import Kafka

/// What a real broker does not do to order.
@Suite(.timeLimit(.minutes(2)))
struct `A producer among faults` {
    let cluster: MockCluster
    let topic = "topic"

    init() throws {
        cluster = try MockCluster()
        try cluster.createTopic(topic, partitions: 1)
    }

    private func producer(_ more: [String: String] = [:], _ observer: Producer.Observer = .init()) throws -> Producer {
        try Producer(cluster.settings.merging(more) { $1 }, observer: observer)
    }

    private func records(_ numbers: Range<Int>) -> [OutgoingRecord] {
        numbers.map { OutgoingRecord(topic: topic, value: Array("\($0)".utf8)) }
    }

    /// The numbers that the broker has, in its order.
    private func stored(_ count: Int) async throws -> [Int] {
        let range = [TopicPartition(topic, 0): Int64(0)..<Int64(count)]
        var numbers: [Int] = []
        for try await records in RecordReader(cluster.settings, ranges: range, patience: .seconds(5)) {
            numbers += records.map(\.number)
        }
        return numbers
    }

    private var end: Int {
        get async throws {
            let partition = TopicPartition(topic, 0)
            return try await Int(Admin(cluster.settings).watermarks([partition])[partition]?.upperBound ?? -1)
        }
    }

    @Test func `returns once all is stored, in order`() async throws {
        let producer = try producer()
        try await producer.send(records(0..<5000))
        #expect(try await end == 5000)
        #expect(try await stored(5000) == Array(0..<5000))
        await producer.close()
    }

    @Test func `tries again by itself what may pass`() async throws {
        let producer = try producer()
        cluster.failNext([.notEnoughReplicas, .leaderNotAvailable, .notLeader, .requestTimedOut], .produce)
        try await producer.send(records(0..<10))
        #expect(try await stored(10) == Array(0..<10))
        await producer.close()
    }

    @Test func `goes on after its connections broke`() async throws {
        let producer = try producer()
        try await producer.send(records(0..<10))
        try cluster.setUp(false)
        let sending = Task { try await producer.send(self.records(10..<20)) }
        try await eventually("they are under way") { producer.waiting == 10 }
        let error = try await #require(throws: KafkaError.self) {
            try await producer.flush(timeout: .milliseconds(300))
        }
        #expect(error.kind == .timedOut)
        try cluster.setUp(true)
        try await sending.value
        #expect(try await stored(20) == Array(0..<20))
        await producer.close()
    }

    @Test func `gives up when its time is over`() async throws {
        let producer = try producer(["message.timeout.ms": "500"])
        try cluster.setUp(false)
        let error = try await #require(throws: KafkaError.self) { try await producer.send(records(0..<10)) }
        #expect(error.kind == .timedOut)
        #expect(error.isRetryable)
        #expect(!error.isFatal)
        // and is of use again once the brokers are
        try cluster.setUp(true)
        try await eventually("it sends") {
            do {
                try await producer.send(records(0..<10))
                return true
            } catch { return false }
        }
        await producer.close()
    }

    @Test func `goes on with a new client after it lost track of what the broker has`() async throws {
        let errors = Heard()
        var observer = Producer.Observer()
        observer.onError = { errors.add("\($0.kind) \($0.isFatal)") }
        observer.onLog = { _ in }
        let producer = try producer([:], observer)
        try await producer.send(records(0..<10))
        // when the broker says that a record is missing before this one, of an idempotent producer
        cluster.failNext([.outOfOrderSequence], .produce)
        let error = try await #require(throws: KafkaError.self) { try await producer.send(records(10..<20)) }
        // then the caller is told that sending again is all there is to do
        #expect(error.kind == .sequenceLost)
        #expect(error.isFatal)
        #expect(error.isRetryable)
        #expect(errors.all.contains("sequenceLost true"))
        try await producer.send(records(10..<20))
        try await producer.send(records(20..<30))
        #expect(try await stored(30) == Array(0..<30))
        await producer.close()
    }

    @Test func `ends every send that was under way at a fatal error, and takes none of them for stored`() async throws {
        let producer = try producer([:], quiet)
        try await producer.send(records(0..<1))
        try cluster.setRoundTrip(milliseconds: 300)
        let sends = (0..<20).map { number in
            Task { try await producer.send(self.records(number..<number + 1)) }
        }
        try await eventually("they are under way") { producer.waiting == 20 }
        producer.failFatally()
        var failures = 0
        for send in sends {
            do {
                try await send.value
            } catch let error as KafkaError {
                #expect(error.isFatal && error.isRetryable, "\(error)")
                failures += 1
            }
        }
        #expect(try await end >= 21 - failures)
        try cluster.setRoundTrip(milliseconds: 0)
        try await producer.send(records(50..<51))
        await producer.close()
    }

    @Test func `takes more than its queue holds`() async throws {
        let producer = try producer(["queue.buffering.max.messages": "10"])
        try await producer.send(records(0..<2000))
        #expect(try await stored(2000) == Array(0..<2000))
        await producer.close()
    }

    @Test func `stops adding records when it is cancelled, and waits for those it added`() async throws {
        let producer = try producer(["queue.buffering.max.messages": "10"])
        try cluster.setRoundTrip(milliseconds: 50)
        let sending = Task { try await producer.send(self.records(0..<100_000)) }
        try await eventually("some are stored") { try await end > 10 }
        sending.cancel()
        let error = try await #require(throws: KafkaError.self) { try await sending.value }
        #expect(error.kind == .cancelled)
        // whatever was added is stored, and nothing comes after it
        let count = try await end
        #expect(count < 100_000)
        #expect(try await stored(count) == Array(0..<count))
        await producer.close()
    }

    @Test func `refuses one record that is too large, and stores the others`() async throws {
        let producer = try producer(["message.max.bytes": "2000"])
        var records = records(0..<3)
        records[1].value = [UInt8](repeating: 0, count: 5000)
        let error = try await #require(throws: KafkaError.self) { try await producer.send(records) }
        #expect(error.kind == .messageTooLarge)
        #expect(!error.isRetryable)
        await producer.close()
    }

    @Test func `refuses a partition that the topic does not have`() async throws {
        let producer = try producer()
        try await producer.send(records(0..<1))
        let record = OutgoingRecord(topic: topic, value: [1], partition: 7)
        let error = try await #require(throws: KafkaError.self) { try await producer.send([record]) }
        #expect(error.kind == .unknownTopic)
        await producer.close()
    }

    @Test func `refuses a name that no topic can have`() async throws {
        let producer = try producer()
        let name = String(repeating: "n", count: 600)
        let error = try await #require(throws: KafkaError.self) {
            try await producer.send([OutgoingRecord(topic: name, value: [1])])
        }
        #expect(error.kind == .configuration)
        #expect(error.message == "no topic can be named '\(name)'")
        await producer.close()
    }

    @Test func `closes with what was sent, and takes no more`() async throws {
        let producer = try producer(["linger.ms": "500"])
        let sending = Task { try await producer.send(self.records(0..<10)) }
        try await eventually("it is under way") { producer.waiting == 10 }
        await producer.close()
        try await sending.value
        #expect(try await stored(10) == Array(0..<10))
        let error = try await #require(throws: KafkaError.self) { try await producer.send(records(0..<1)) }
        #expect(error.kind == .cancelled)
        try await producer.flush()
        await producer.close()
    }

    @Test func `fails what is not acknowledged when it must close`() async throws {
        let producer = try producer()
        try await producer.send(records(0..<1))
        try cluster.setUp(false)
        let sending = Task { try await producer.send(self.records(1..<10)) }
        try await eventually("it is under way") { producer.waiting == 9 }
        await producer.close(timeout: .milliseconds(100))
        let error = try await #require(throws: KafkaError.self) { try await sending.value }
        #expect(error.kind == .cancelled)
        #expect(error.isRetryable)
    }

    @Test func `serves many senders at once`() async throws {
        let producer = try producer(["queue.buffering.max.messages": "100"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for sender in 0..<50 {
                group.addTask { try await producer.send(self.records(sender * 100..<sender * 100 + 100)) }
            }
            try await group.waitForAll()
        }
        let stored = try await stored(5000)
        #expect(stored.sorted() == Array(0..<5000))
        // and keeps the order of each
        for sender in 0..<50 {
            #expect(stored.filter { $0 / 100 == sender } == Array(sender * 100..<sender * 100 + 100))
        }
        await producer.close()
    }

    @Test func `hands librdkafka's log and statistics over`() async throws {
        let lines = Heard(), statistics = Heard()
        var observer = Producer.Observer()
        observer.onLog = { lines.add($0.facility) }
        observer.onStatistics = { statistics.add($0) }
        observer.statisticsInterval = .milliseconds(100)
        let producer = try producer(["log_level": "7", "debug": "topic"], observer)
        try await producer.send(records(0..<1))
        try await eventually("a line of the log") { lines.all.contains("TOPIC") }
        try await eventually("statistics") { statistics.all.contains { $0.contains("\"txmsgs\"") } }
        producer.failFatally()
        try await eventually("the fatal error") { lines.all.contains("FATAL") }
        await producer.close()
    }

    private var quiet: Producer.Observer {
        var observer = Producer.Observer()
        observer.onLog = { _ in }
        return observer
    }
}
