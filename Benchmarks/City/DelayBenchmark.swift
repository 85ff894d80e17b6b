import Arguments
import Contracts
import Foundation
import HTTPClient
import HTTPMessages
import Kafka
import Threads

/// From a finding's commit to whoever reads `intake.findings`: the way through outbox and relay, at a set rate.
enum DelayBenchmark {
    static let command = Command(
        "delay", about: "from a finding put on its topic to its event read from intake.findings",
        options: [
            MeasuredStack.file, MeasuredStack.runs, CasesBenchmark.seconds, CasesBenchmark.rate,
        ]
    ) { values in
        let stack = try MeasuredStack.read(values)
        let rate = max(1, values[CasesBenchmark.rate] == 0 ? 200 : values[CasesBenchmark.rate])
        let producer = try Producer(["bootstrap.servers": stack.kafka, "linger.ms": "0"])
        for run in 1...values[MeasuredStack.runs] {
            let arrivals = Arrivals()
            let reading = Task { try await read(stack, arrivals) }
            // The group must have its partitions before anything counts.
            try await Task.sleep(for: .seconds(2))
            let nonce = String(UInt32.random(in: 0...UInt32.max), radix: 36)
            let count = rate * values[CasesBenchmark.seconds]
            var due: [String: ContinuousClock.Instant] = [:]
            let began = ContinuousClock.now
            for number in 0..<count {
                let at = began + .microseconds(Int64(number) * 1_000_000 / Int64(rate))
                try await Task.sleep(until: at)
                let id = "delay-\(nonce)-\(number)"
                due[id] = at
                let record = try record(id, number, stack)
                Task { try await producer.send([record]) }
            }
            let deadline = ContinuousClock.now + .seconds(20)
            while arrivals.all.count < count, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(50))
            }
            reading.cancel()
            var delays = Delays()
            let arrived = arrivals.all
            // The first second is warm-up.
            for (id, at) in due where at > began + .seconds(1) {
                if let there = arrived[id] { delays.add(there - at) }
            }
            say("run \(run): \(arrived.count) of \(count) at \(rate)/s, topic to store to topic: \(delays.text)")
        }
        await producer.close()
    }

    private static func record(_ id: String, _ number: Int, _ stack: MeasuredStack) throws -> OutgoingRecord {
        guard let grid = UnitCode("371082007025001"), let chief = PersonID("p-grid-1") else {
            throw Unexpected(description: "no grid")
        }
        let finding = FindingReported(
            grid: grid, place: Place(unit: grid), category: "city-appearance.rubbish.exposed", severity: .normal,
            text: "楼道里堆放杂物 \(number)")
        let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        let envelope = EventEnvelope(id: id, source: "app", type: FindingReported.type, time: now, actor: chief)
        return OutgoingRecord(
            topic: stack.topicPrefix + Topic.patrol.name, key: Array(finding.key.utf8),
            value: try EventJSON.encode(finding),
            headers: CloudEvents.headers(of: envelope).map { Header($0.name, Array($0.value.utf8)) })
    }

    /// From the end of the topic on, until cancelled; the input's own id is the event's cause.
    private static func read(_ stack: MeasuredStack, _ arrivals: Arrivals) async throws {
        let topic = stack.topicPrefix + Topic.findings.name
        let admin = try Admin(["bootstrap.servers": stack.kafka])
        let consumer = try Consumer(
            ["bootstrap.servers": stack.kafka, "group.id": "bench-\(UInt32.random(in: 0...UInt32.max))"],
            topics: [topic])
        try await withTaskCancellationHandler {
            for await event in consumer.events {
                switch event {
                case .assigned(let partitions):
                    await consumer.start(try await admin.watermarks(partitions).mapValues(\.upperBound))
                case .batch(let batch):
                    let now = ContinuousClock.now
                    for record in batch.records {
                        guard let cause = record.headers.first(where: { $0.name == "ce_causationid" }) else { continue }
                        arrivals.add(String(decoding: cause.value, as: UTF8.self), at: now)
                    }
                    await consumer.finished(batch.partition)
                case .revoked(let partitions): await consumer.released(partitions)
                case .lost, .failure: break
                }
            }
        } onCancel: {
            Task { await consumer.close() }
        }
    }
}

/// When each event was read.
private final class Arrivals: Sendable {
    private let seen = Lock<[String: ContinuousClock.Instant]>([:])

    var all: [String: ContinuousClock.Instant] { seen.withLock { $0 } }

    func add(_ id: String, at instant: ContinuousClock.Instant) {
        seen.withLock { seen in if seen[id] == nil { seen[id] = instant } }
    }
}
