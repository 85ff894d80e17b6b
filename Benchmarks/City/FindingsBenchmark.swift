import Arguments
import BenchmarkReport
import Contracts
import Foundation
import Kafka
import Postgres

/// Findings that wait on their topic until they are stored, and until they are published again for dispatch.
enum FindingsBenchmark {
    private static let stayStopped = Option.flag(
        "stay-stopped", about: "start none but intake again: others are measured on the same servers")

    static let command = Command(
        "findings", about: "patrol findings from topic to stored and published, from a backlog",
        options: [MeasuredStack.file, MeasuredStack.count, MeasuredStack.runs, stayStopped]
    ) { values in
        let stack = try MeasuredStack.read(values)
        let traffic = try await Traffic(stack)
        let connection = try await PostgresConnection.connect(stack.postgres)
        let producer = try Producer(["bootstrap.servers": stack.kafka, "linger.ms": "20"])
        var stored: [Double] = []
        var published: [Double] = []
        // Dispatch makes cases of findings: it is another figure, and would take half of the machine.
        for service in ["dispatch", "credit", "notify"] { try await stack.stop(service) }
        for run in 1...values[MeasuredStack.runs] {
            try await stack.stop("intake")
            let before = try await taken(stack, connection)
            let sentBefore = try await sent(stack, connection)
            try await load(values[MeasuredStack.count], "findings-\(run)", traffic, producer)
            try stack.start("intake")
            let (storedRate, publishedRate) = try await measure(
                values[MeasuredStack.count], before, sentBefore, stack, connection)
            stored.append(storedRate)
            published.append(publishedRate)
            try note("findings.stored", storedRate)
            try note("findings.published", publishedRate)
            say(String(format: "run %d: stored %.0f/s, published %.0f/s", run, storedRate, publishedRate))
        }
        say("findings stored: \(Figure(values: stored).text("rows/s"))")
        say("findings published: \(Figure(values: published).text("events/s"))")
        if !values[stayStopped] {
            for service in ["dispatch", "credit", "notify"] { try stack.start(service) }
        }
        await producer.close()
        await connection.close()
    }

    static func taken(_ stack: MeasuredStack, _ connection: PostgresConnection) async throws -> Int {
        try await stack.count(
            "select coalesce(sum(taken), 0) from intake.stage_count where stage = 'gateway.patrol'", connection)
    }

    static func sent(_ stack: MeasuredStack, _ connection: PostgresConnection) async throws -> Int {
        try await stack.count(
            "select coalesce(sum(messages), 0) from intake.published_count where topic = 'intake.findings'", connection)
    }

    /// From the first batch that is stored, so that starting and joining the group do not count.
    static func measure(
        _ count: Int, _ before: Int, _ sentBefore: Int, _ stack: MeasuredStack, _ connection: PostgresConnection
    ) async throws -> (stored: Double, published: Double) {
        var first: (at: ContinuousClock.Instant, taken: Int)?
        var storedAt: ContinuousClock.Instant?
        while true {
            let taken = try await taken(stack, connection) - before
            if first == nil, taken > 0 { first = (.now, taken) }
            if let first, storedAt == nil, taken >= count {
                storedAt = .now
                _ = first
            }
            if let first, let storedAt, try await sent(stack, connection) - sentBefore >= count {
                let rows = Double(count - first.taken)
                return (rows / ((storedAt - first.at) / .seconds(1)), rows / ((.now - first.at) / .seconds(1)))
            }
            // Often enough for a run of seconds, and seldom enough not to be a load itself.
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    static func load(_ count: Int, _ series: String, _ traffic: Traffic, _ producer: Producer) async throws {
        for start in stride(from: 0, to: count, by: 5_000) {
            try await producer.send(
                (start..<min(count, start + 5_000)).map { try traffic.finding(series, $0) })
        }
    }
}
