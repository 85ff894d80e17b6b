import Arguments
import Contracts
import Foundation
import HTTPClient
import HTTPMessages
import Kafka
import Threads

/// How long a finding is under way, at a set rate: to whoever reads `intake.findings`, or until what was told of it has ended.
enum DelayBenchmark {
    private enum End: String, CaseIterable {
        case findings = "intake.findings"
        case deliveries = "notify.deliveries"
    }

    private static let warmUp = Option(
        "warm-up", value: "N",
        about: "seconds at the same rate that do not count: a broker compiles itself in the meantime",
        parser: .integer(0...600), default: 20)
    private static let until = Option(
        "until", value: "TOPIC", about: "where the finding is waited for", parser: .choice(End.self), default: .findings
    )

    static let command = Command(
        "delay", about: "from a finding put on its topic to what becomes of it",
        options: [
            MeasuredStack.file, MeasuredStack.runs, CasesBenchmark.seconds, CasesBenchmark.rate, until,
            warmUp, MeasuredStack.alone,
        ]
    ) { values in
        let stack = try MeasuredStack.read(values)
        let traffic = try await Traffic(stack)
        let rate = max(1, values[CasesBenchmark.rate] == 0 ? 200 : values[CasesBenchmark.rate])
        // Records one by one as they come; without idempotence, since librdkafka then waits without spinning.
        let producer = try Producer([
            "bootstrap.servers": stack.kafka, "linger.ms": "0", "enable.idempotence": "false",
        ])
        let others = values[MeasuredStack.alone] ? ["dispatch", "credit", "notify"] : []
        for service in others { try await stack.stop(service) }
        let name = values[until] == .findings ? "delay" : "chain.\(rate)"
        _ = try await offer("delay-warm-up", rate * values[warmUp], rate, traffic, producer)
        for run in 1...values[MeasuredStack.runs] {
            let arrivals = Arrivals()
            // The input's own id is the event's correlation.
            let reading = Task {
                try await arrivals.read(stack.topicPrefix + values[until].rawValue, stack) {
                    $0.attribute("correlationid")
                }
            }
            // The group must have its partitions before anything counts.
            try await Task.sleep(for: .seconds(2))
            let count = rate * values[CasesBenchmark.seconds]
            let began = ContinuousClock.now
            let due = try await offer("delay-\(run)", count, rate, traffic, producer)
            let deadline = ContinuousClock.now + .seconds(20)
            while arrivals.count(of: due) < count, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(50))
            }
            reading.cancel()
            var delays = Delays()
            let arrived = arrivals.all
            // The first second is warm-up.
            for (id, at) in due where at > began + .seconds(1) {
                if let there = arrived[id] { delays.add(there - at) }
            }
            say(
                "run \(run): \(arrivals.count(of: due)) of \(count) at \(rate)/s, to \(values[until].rawValue): \(delays.text)"
            )
            guard !delays.milliseconds.isEmpty else { throw Unexpected(description: "none arrived") }
            try note("\(name).p50", delays.at(0.5))
            try note("\(name).p99", delays.at(0.99))
        }
        for service in others { try stack.start(service) }
        await producer.close()
    }

    /// Sends so many at that rate, whatever becomes of them.
    ///
    /// - Returns: when each was due, by its id.
    private static func offer(
        _ series: String, _ count: Int, _ rate: Int, _ traffic: Traffic, _ producer: Producer
    ) async throws -> [String: ContinuousClock.Instant] {
        var due: [String: ContinuousClock.Instant] = [:]
        let began = ContinuousClock.now
        for number in 0..<count {
            let at = began + .microseconds(Int64(number) * 1_000_000 / Int64(rate))
            try await Task.sleep(until: at)
            due[traffic.id(series, number)] = at
            let record = try traffic.finding(series, number)
            Task { try await producer.send([record]) }
        }
        return due
    }
}
