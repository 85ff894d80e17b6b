import Glibc
import Kafka
import TestSupport
import Testing
import Threads

/// What it takes to stay in a group, and what happens to who cannot.
@Suite(.needsRealKafka, .timeLimit(.minutes(3)))
struct `A member of a group` {
    /// As short as the broker allows: a member is thrown out after 6 s without a heartbeat, or without polling.
    private let impatient = ["session.timeout.ms": "6000", "max.poll.interval.ms": "6000"]
    private let longerThanThat = Duration.seconds(14)

    private func pass(_ time: Duration) async throws {
        let end = ContinuousClock.now + time
        try await eventually("\(time) have passed", within: time * 3) { .now > end }
    }

    @Test func `stays though its start and its batches take longer than the poll interval`() async throws {
        try await withTopics(2) { topics in
            try await topics.send(0..<10, over: 2)
            let consumer = try Consumer(topics.member(impatient), topics: [topics.name])
            // given a user who does nothing by itself
            let log = EventLog(consumer) { _, _ in }
            try await eventually("assigned", becomes: ["assigned [0, 1]"]) { log.rebalances }
            // when the start takes its time
            try await pass(longerThanThat)
            #expect(log.rebalances == ["assigned [0, 1]"])
            #expect(log.batches.isEmpty)
            await consumer.start([TopicPartition(topics.name, 0): 0, TopicPartition(topics.name, 1): 0])
            try await eventually("a batch each", becomes: 2) { log.batches.count }
            // and so do the batches
            try await pass(longerThanThat)
            // then it is a member still, and goes on
            try await topics.send(10..<20, over: 2)
            for partition in topics.partitions(2) { await consumer.finished(partition) }
            try await eventually("the other records") { log.records.count == 20 }
            #expect(log.rebalances == ["assigned [0, 1]"])
            #expect(log.failures.isEmpty)
            await consumer.close()
        }
    }

    @Test func `shares with one who comes, who waits for the release, and takes over from one who leaves`()
        async throws
    {
        try await withTopics(4) { topics in
            let first = try Consumer(topics.member(), topics: [topics.name])
            let mayRelease = Flag()
            let firstLog = EventLog(first) { event, _ in
                if case .revoked = event { try? await eventually("the release is allowed") { mayRelease.isSet } }
                await first.follow(event)
            }
            try await eventually("all to the first", becomes: ["assigned [0, 1, 2, 3]"]) { firstLog.rebalances }
            // when a second comes
            let second = try Consumer(topics.member(), topics: [topics.name])
            let secondLog = EventLog(following: second)
            try await eventually("the first is asked") { firstLog.rebalances.count == 2 }
            try await pass(.seconds(2))
            // then it gets nothing before the first has let go
            #expect(secondLog.rebalances.isEmpty)
            mayRelease.set()
            try await eventually("half each to the second") { secondLog.rebalances.count == 1 }
            try await eventually("half each to the first") { firstLog.rebalances.count == 3 }
            #expect(firstLog.rebalances.dropLast() == ["assigned [0, 1, 2, 3]", "revoked [0, 1, 2, 3]"])
            #expect(
                Set([firstLog.rebalances.last, secondLog.rebalances.last]) == ["assigned [0, 1]", "assigned [2, 3]"])
            // when the first leaves
            await first.close()
            // then nobody waits for its session to time out, which would take 45 s
            try await eventually("all to the second", within: .seconds(30)) {
                secondLog.rebalances.last == "assigned [0, 1, 2, 3]"
            }
            await second.close()
        }
    }

    @Test func `goes on where the other was, without a gap or a repeat, as positions are its user's`() async throws {
        try await withTopics(4) { topics in
            let positions = Positions()
            let producing = Task { try await topics.send(0..<20_000, over: 4) }
            var logs: [EventLog] = []
            var consumers: [Consumer] = []
            // given members that come one after another, while records are read
            for count in 1...3 {
                let consumer = try Consumer(topics.member(), topics: [topics.name])
                let log = EventLog(consumer) { event, _ in
                    switch event {
                    case .assigned(let partitions): await consumer.start(positions.of(partitions))
                    case .batch(let batch):
                        positions.move(batch)
                        await consumer.finished(batch.partition)
                    case .revoked(let partitions): await consumer.released(partitions)
                    case .lost, .failure: break
                    }
                }
                logs.append(log)
                consumers.append(consumer)
                try await eventually("a part for each") { log.rebalances.last?.hasPrefix("assigned") == true }
                try await eventually("some records") { positions.count > count * 2000 }
            }
            try await producing.value
            // when one leaves and the others take over
            await consumers[0].close()
            try await eventually("all records", becomes: 20_000) { positions.count }
            // then each record was there once
            #expect(positions.gaps.isEmpty)
            #expect(logs.flatMap(\.records).map(\.number).sorted() == Array(0..<20_000))
            for consumer in consumers { await consumer.close() }
        }
    }

    @Test func `finds itself thrown out after it was stopped too long, and joins again`() async throws {
        try await withTopics(2) { topics in
            try await topics.send(0..<10, over: 2)
            let arguments = ["member", topics.settings["bootstrap.servers"] ?? "", topics.group, topics.name]
            let probe = try Probe(arguments + ["session.timeout.ms=6000"])
            defer { probe.end() }
            try await eventually("it reads") { probe.output.contains { $0.hasPrefix("batch") } }
            // given another member that takes over while the first is stopped
            probe.send(SIGSTOP)
            let other = try Consumer(topics.member(), topics: [topics.name])
            let log = EventLog(following: other)
            try await eventually("the other has all", within: .seconds(60)) {
                log.rebalances.last == "assigned [0, 1]"
            }
            // when it goes on
            probe.send(SIGCONT)
            // then it loses what it had, and gets its part again
            try await eventually("it joins again", within: .seconds(60)) {
                guard let lost = probe.output.firstIndex(of: "lost 0,1") else { return false }
                return probe.output[lost...].contains { $0 == "assigned 0" || $0 == "assigned 1" }
            }
            #expect(!probe.output.contains { $0.hasPrefix("revoked") })
            await other.close()
        }
    }

    @Test func `is replaced within its session's time when it is killed`() async throws {
        try await withTopics(2) { topics in
            let arguments = ["member", topics.settings["bootstrap.servers"] ?? "", topics.group, topics.name]
            let probe = try Probe(arguments + ["session.timeout.ms=6000"])
            try await eventually("it is a member") { probe.output.contains("assigned 0,1") }
            let other = try Consumer(topics.member(), topics: [topics.name])
            let log = EventLog(following: other)
            try await eventually("half to the other") { log.rebalances.count == 1 }
            probe.end()
            // A session that was not given its time would last 45 s.
            try await eventually("all to the other", within: .seconds(30)) { log.rebalances.last == "assigned [0, 1]" }
            await other.close()
        }
    }

    @Test func `takes part in a topic that comes to be later, and in its new partitions`() async throws {
        try await withTopics(1) { topics in
            let later = topics.name + "-later"
            let settings = topics.member(["topic.metadata.refresh.interval.ms": "500"])
            let consumer = try Consumer(settings, topics: [later])
            let log = EventLog(following: consumer)
            try await eventually("a failure") { log.failures.contains { $0.kind == .unknownTopic } }
            let admin = try Admin(topics.settings)
            _ = try await admin.createTopics([NewTopic(later, partitions: 1)])
            try await eventually("the topic") { log.rebalances.last == "assigned [0]" }
            try await admin.grow(later, to: 3)
            try await eventually("its partitions") { log.rebalances.last == "assigned [0, 1, 2]" }
            await consumer.close()
            try await admin.deleteTopics([later])
        }
    }

    @Test func `tells its group how far it is, and knows how far behind`() async throws {
        try await withTopics(2) { topics in
            try await topics.send(0..<100, over: 2)
            let admin = try Admin(topics.settings)
            let first = TopicPartition(topics.name, 0), second = TopicPartition(topics.name, 1)
            var options = Consumer.Options()
            options.maxBatch = 20
            let consumer = try Consumer(topics.member(), topics: [topics.name], options: options)
            let log = EventLog(consumer) { event, _ in
                if case .batch = event { return }
                await consumer.follow(event)
            }
            try await eventually("a batch each", becomes: 2) { log.batches.count }
            #expect(await consumer.lag() == [first: 50, second: 50])
            await consumer.finished(first)
            await consumer.commit([first: 20])
            #expect(await consumer.lag() == [first: 30, second: 50])
            try await eventually("the group knows", becomes: [first: 20]) {
                try await admin.committed(topics.group, [first, second])
            }
            await consumer.commit([second: 7])
            // what was not sent yet is sent at the end
            await consumer.close()
            #expect(try await admin.committed(topics.group, [first, second]) == [first: 20, second: 7])
        }
    }
}

/// Where the users of a group keep how far they are: in one place for all, as a database is.
private final class Positions: Sendable {
    private struct State {
        var next: [TopicPartition: Int64] = [:]
        var count = 0
        var gaps: [String] = []
    }

    private let state = Lock(State())

    func of(_ partitions: [TopicPartition]) -> [TopicPartition: Int64] {
        state.withLock { state in
            Dictionary(uniqueKeysWithValues: partitions.map { ($0, state.next[$0, default: 0]) })
        }
    }

    func move(_ batch: Consumer.Batch) {
        state.withLock { state in
            for record in batch.records {
                let expected = state.next[batch.partition, default: 0]
                if record.offset != expected {
                    state.gaps.append("\(batch.partition): \(record.offset), not \(expected)")
                }
                state.next[batch.partition] = record.offset + 1
                state.count += 1
            }
        }
    }

    var count: Int { state.withLock { $0.count } }
    var gaps: [String] { state.withLock { $0.gaps } }
}
