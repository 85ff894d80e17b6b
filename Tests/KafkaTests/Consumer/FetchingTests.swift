import TestSupport
import Testing
import Threads

@testable import Kafka

/// What comes of the partitions that a member has.
@Suite(.needsRealKafka, .timeLimit(.minutes(3)))
struct `Fetching` {
    @Test func `brings a record as it was sent, nothing and emptiness told apart`() async throws {
        try await withTopics(1) { topics in
            let headers: Headers = [Header("trace", [1, 2]), Header("empty", []), Header("trace", [3])]
            let producer = try Producer(topics.settings)
            let sent = [
                OutgoingRecord(topic: topics.name, key: [7], value: [0, 255], headers: headers),
                OutgoingRecord(topic: topics.name, key: [], value: []),
                OutgoingRecord(topic: topics.name, key: [7], value: nil),
                OutgoingRecord(topic: topics.name, key: nil, value: [1]),
            ]
            try await producer.send(sent)
            await producer.close()
            let consumer = try Consumer(topics.member(), topics: [topics.name])
            let log = EventLog(following: consumer)
            try await eventually("all records", becomes: 4) { log.records.count }
            let received = log.records.map {
                OutgoingRecord(topic: $0.topic, key: $0.key, value: $0.value, headers: $0.headers)
            }
            #expect(received == sent)
            #expect(log.records.map(\.offset) == [0, 1, 2, 3])
            #expect(log.records.allSatisfy { $0.partition == 0 && $0.timestamp > 1_600_000_000_000 })
            await consumer.close()
        }
    }

    @Test(arguments: [("LogAppendTime", true), ("CreateTime", false)])
    func `tells the broker's time from the sender's`(kind: String, isBroker: Bool) async throws {
        try await withTopics(1, config: ["message.timestamp.type": kind]) { topics in
            try await topics.send(0..<1, over: 1)
            let consumer = try Consumer(topics.member(), topics: [topics.name])
            let log = EventLog(following: consumer)
            try await eventually("the record", becomes: 1) { log.records.count }
            #expect(log.records.allSatisfy { $0.isTimedByBroker == isBroker && $0.timestamp > 1_600_000_000_000 })
            await consumer.close()
        }
    }

    @Test func `begins where each partition is started, and not before it is`() async throws {
        try await withTopics(3) { topics in
            try await topics.send(0..<3000, over: 3)
            let partitions = topics.partitions(3)
            let consumer = try Consumer(topics.member(), topics: [topics.name])
            let log = EventLog(consumer) { event, _ in
                if case .batch(let batch) = event { await consumer.finished(batch.partition) }
            }
            try await eventually("assigned") { !log.rebalances.isEmpty }
            await consumer.start([partitions[1]: 900])
            try await eventually("the end of one", becomes: 100) { log.records.count }
            #expect(log.records.allSatisfy { $0.partition == 1 })
            await consumer.start([partitions[0]: 990, partitions[2]: 1000])
            try await eventually("the end of the next", becomes: 110) { log.records.count }
            try await topics.send(3000..<3003, over: 3)
            try await eventually("one more of each", becomes: 113) { log.records.count }
            let byPartition = Dictionary(grouping: log.records, by: \.partition).mapValues { $0.map(\.offset) }
            #expect(byPartition == [0: Array(990...1000), 1: Array(900...1000), 2: [1000]])
            await consumer.close()
        }
    }

    /// Every start of a partition makes librdkafka fetch all the others anew: nothing of them may be lost or repeated.
    @Test(arguments: [1, 2, 3])
    func `loses and repeats nothing, whatever is started anew, stopped and started`(seed: UInt64) async throws {
        try await withTopics(4) { topics in
            let partitions = topics.partitions(4)
            let producing = Task { try await topics.send(0..<200_000, over: 4) }
            var options = Consumer.Options()
            options.maxBatch = 100
            options.maxWaiting = 1000
            let consumer = try Consumer(topics.member(), topics: [topics.name], options: options)
            let expected = Expectations(partitions)
            let log = EventLog(consumer) { event, _ in
                switch event {
                case .batch(let batch):
                    expected.check(batch)
                    if expected.moves(batch.partition) {
                        // back by some records, or stop and begin anew, with the batch still in hand
                        let offset = expected.restart(batch.partition)
                        if offset % 2 == 0 { await consumer.stop(batch.partition) }
                        await consumer.start([batch.partition: offset])
                    }
                    await consumer.finished(batch.partition)
                default: await consumer.follow(event)
                }
            }
            expected.random.withLock { $0 = SplitMix(seed) }
            try await eventually("the end of all", becomes: 200_000, within: .seconds(90)) { expected.total }
            try await producing.value
            #expect(expected.wrong.isEmpty)
            #expect(expected.restarts > 50)
            #expect(log.failures.isEmpty)
            await consumer.close()
        }
    }

    @Test func `takes a batch back that nobody has read when its partition is started anew`() async throws {
        try await withTopics(1) { topics in
            try await topics.send(0..<100, over: 1)
            let partition = TopicPartition(topics.name, 0)
            let consumer = try Consumer(topics.member(), topics: [topics.name])
            var events = consumer.events.makeAsyncIterator()
            guard case .assigned? = await events.next() else {
                Issue.record("an assignment")
                return
            }
            await consumer.start([partition: 0])
            // given a batch that waits for its reader
            try await eventually("a batch", becomes: 1) { await consumer.counters.batches }
            await consumer.start([partition: 90])
            guard case .batch(let batch)? = await events.next() else {
                Issue.record("a batch")
                return
            }
            #expect(batch.records.map(\.offset) == Array(90..<100))
            await consumer.close()
            if await events.next() != nil { Issue.record("an event after the end") }
        }
    }

    @Test func `is not silent after its records waited while the group changed hands`() async throws {
        try await withTopics(1) { topics in
            try await topics.send(0..<50_000, over: 1)
            var options = Consumer.Options()
            options.maxBatch = 10
            options.maxWaiting = 100
            let consumer = try Consumer(topics.member(), topics: [topics.name], options: options)
            let takesMore = Flag()
            let log = EventLog(consumer) { event, _ in
                if case .batch = event, !takesMore.isSet { return }
                await consumer.follow(event)
            }
            // given a user who takes no more than a batch, while another member comes and goes
            try await eventually("a batch", becomes: 1) { log.batches.count }
            let other = try Consumer(topics.member(), topics: [topics.name])
            let otherLog = EventLog(following: other, from: 50_000)
            try await eventually("the other is there") { !otherLog.rebalances.isEmpty }
            await other.close()
            try await eventually("the partition is its own again") {
                log.rebalances.count(where: { $0 == "assigned [0]" }) > 1 && log.rebalances.last == "assigned [0]"
            }
            // when it takes more
            takesMore.set()
            await consumer.finished(TopicPartition(topics.name, 0))
            // then the partition comes from its start to its end
            try await eventually("the last record", within: .seconds(60)) { log.records.last?.number == 49_999 }
            #expect(log.records.suffix(50_000).map(\.number) == Array(0..<50_000))
            await consumer.close()
        }
    }

    @Test func `of a full partition goes on as it is read, and not once a second`() async throws {
        // librdkafka 2.0 looks only once a second whether a queue that was full has room; see FetchWaker
        try await withTopics(1) { topics in
            let producer = try Producer(topics.settings)
            for _ in 0..<40 {
                // what one fetch brings, and more than may wait
                let records = (0..<10).map { _ in
                    OutgoingRecord(topic: topics.name, value: (0..<1000).map { _ in .random(in: 0...255) })
                }
                try await producer.send(records)
            }
            await producer.close()
            func reader(_ group: String, wakes: Bool) throws -> (consumer: Consumer, log: EventLog) {
                var options = Consumer.Options()
                options.maxBatch = 5
                options.maxWaiting = 5
                options.wakesFetching = wakes
                let settings = topics.member(["group.id": topics.group + group, "max.partition.fetch.bytes": "10000"])
                let consumer = try Consumer(settings, topics: [topics.name], options: options)
                return (consumer, EventLog(following: consumer))
            }
            // given one that is not woken, which begins first
            let slow = try reader("slow", wakes: false)
            try await eventually("its first") { !slow.log.batches.isEmpty }
            // then one that is woken has everything long before it
            let woken = try reader("woken", wakes: true)
            try await eventually("all records", becomes: 400, within: .seconds(60)) { woken.log.records.count }
            #expect(slow.log.records.count < 300)
            await woken.consumer.close()
            await slow.consumer.close()
        }
    }

    @Test func `of a backlog takes a few batches ahead and no more`() async throws {
        try await withTopics(1) { topics in
            // given ten megabytes that do not shrink much
            let producer = try Producer(topics.settings)
            for _ in 0..<20 {
                let records = (0..<1000).map { _ in
                    let text = (0..<25).map { _ in String(UInt64.random(in: .min ... .max)) }.joined()
                    return OutgoingRecord(topic: topics.name, value: Array(text.utf8))
                }
                try await producer.send(records)
            }
            await producer.close()
            // when one batch is with a reader who takes no other
            let consumer = try Consumer(topics.member(), topics: [topics.name])
            let log = EventLog(consumer) { event, _ in
                if case .assigned = event { await consumer.follow(event) }
            }
            try await eventually("the first") { !log.batches.isEmpty }
            // then two more wait in the end, and what one answer brings beyond
            try await eventually("two more wait") { await consumer.waiting >= 1_000 }
            var waiting = -1
            while await consumer.waiting != waiting {
                waiting = await consumer.waiting
                // A second in which nothing comes: no more is fetched.
                try await Task.sleep(for: .seconds(1))
            }
            #expect(waiting <= 2_500)
            await consumer.close()
        }
    }

    @Test func `at an offset that is not there is a failure of that partition alone`() async throws {
        try await withTopics(2) { topics in
            try await topics.send(0..<20, over: 2)
            let partitions = topics.partitions(2)
            let consumer = try Consumer(topics.member(), topics: [topics.name])
            let log = EventLog(consumer) { event, _ in
                guard case .assigned = event else { return await consumer.follow(event) }
                await consumer.start([partitions[0]: 0, partitions[1]: 1000])
            }
            try await eventually("a failure", becomes: 1) { log.failures.count }
            #expect(log.failures[0].kind == .offsetOutOfRange)
            #expect(log.failures[0].partition == partitions[1])
            try await eventually("the other partition", becomes: 10) { log.records.count }
            // and it goes on where it is started anew
            await consumer.start([partitions[1]: 5])
            try await eventually("the rest", becomes: 15) { log.records.count }
            await consumer.close()
        }
    }

    @Test func `makes batches as large as they may be, and no larger`() async throws {
        try await withTopics(1) { topics in
            let producer = try Producer(topics.settings)
            let records = (0..<100).map { _ in
                OutgoingRecord(topic: topics.name, value: [UInt8](repeating: 1, count: 1000))
            }
            try await producer.send(records)
            await producer.close()
            var options = Consumer.Options()
            options.maxBatchBytes = 9500
            options.maxWait = .seconds(5)
            let consumer = try Consumer(topics.member(), topics: [topics.name], options: options)
            let log = EventLog(following: consumer)
            try await eventually("all batches", becomes: 10) { log.batches.count }
            #expect(log.batches.allSatisfy { $0.records.count == 10 })
            let counters = await consumer.counters
            #expect([counters.records, counters.batches, counters.rebalances, counters.failures] == [100, 10, 1, 0])
            await consumer.close()
        }
    }
}

/// What the records of each partition must be, whatever its user does to it.
private final class Expectations: Sendable {
    private struct State {
        var next: [TopicPartition: Int64]
        /// The furthest that each has come.
        var furthest: [TopicPartition: Int64]
        var wrong: [String] = []
        var restarts = 0
    }

    private let state: Lock<State>
    let random = Lock(SplitMix(0))

    init(_ partitions: [TopicPartition]) {
        let zero = Dictionary(uniqueKeysWithValues: partitions.map { ($0, Int64(0)) })
        state = Lock(State(next: zero, furthest: zero))
    }

    func check(_ batch: Consumer.Batch) {
        state.withLock { state in
            for record in batch.records {
                let expected = state.next[batch.partition, default: 0]
                if record.offset != expected {
                    state.wrong.append("\(batch.partition): \(record.offset), not \(expected)")
                }
                state.next[batch.partition] = record.offset + 1
            }
            state.furthest[batch.partition] = max(state.furthest[batch.partition, default: 0], batch.nextOffset)
        }
    }

    /// Every twentieth batch or so.
    func moves(_ partition: TopicPartition) -> Bool { random.withLock { $0.next(below: 20) } == 0 }

    /// Where the partition begins anew.
    func restart(_ partition: TopicPartition) -> Int64 {
        let back = Int64(random.withLock { $0.next(below: 300) })
        return state.withLock { state in
            let offset = max(0, state.next[partition, default: 0] - back)
            state.next[partition] = offset
            state.restarts += 1
            return offset
        }
    }

    var total: Int { Int(state.withLock { $0.furthest.values.reduce(0, +) }) }
    var wrong: [String] { state.withLock { $0.wrong } }
    var restarts: Int { state.withLock { $0.restarts } }
}

/// Chance that can be repeated.
struct SplitMix {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next(below bound: UInt64) -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return (mixed ^ (mixed >> 31)) % bound
    }
}

extension Consumer {
    /// Records that were fetched and that nobody has taken.
    fileprivate var waiting: Int { lanes.values.reduce(0) { $0 + $1.queue.count } }
}
