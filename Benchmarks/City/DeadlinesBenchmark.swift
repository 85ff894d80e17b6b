import Arguments
import BenchmarkReport
import Contracts
import Foundation
import Kafka
import Postgres

/// Many deadlines that fall due at one instant, among very many that don't: how late each is acted on, and that it is once.
///
/// The cases are complaints of one and the same time, so that the time to accept them ends at the same millisecond. What is looked at
/// is what others see: the event that says so, read from its topic. To count the timers that are left, twenty times a second, took
/// nearly one of two processors.
enum DeadlinesBenchmark {
    static let pending = Option(
        "pending", value: "N", about: "deadlines of later days", parser: .integer(0...10_000_000), default: 1_000_000)
    static let due = Option(
        "due", value: "N", about: "deadlines of one instant", parser: .integer(100...100_000), default: 10_000)

    static let command = Command(
        "deadlines", about: "deadlines that fall due together, and how late they are acted on",
        options: [MeasuredStack.file, MeasuredStack.runs, MeasuredStack.alone, pending, due]
    ) { values in
        let stack = try MeasuredStack.read(values)
        let traffic = try await Traffic(stack)
        let connection = try await PostgresConnection.connect(stack.postgres)
        let producer = try Producer(["bootstrap.servers": stack.kafka, "linger.ms": "20"])
        try await pad(to: values[pending], connection)
        let others = values[MeasuredStack.alone] ? ["intake", "credit", "notify"] : []
        for service in others { try await stack.stop(service) }
        var late: [Double] = []
        for run in 1...values[MeasuredStack.runs] {
            let delays = try await measure(values[due], run, stack, traffic, producer, connection)
            late.append(delays.at(0.99))
            let name = values[MeasuredStack.alone] ? "deadlines.alone" : "deadlines"
            try note("\(name).p50", delays.at(0.5))
            try note("\(name).p99", delays.at(0.99))
            say("run \(run): \(values[due]) due among \(values[pending]): late by \(delays.text)")
        }
        say("late, p99: \(Figure(values: late).text("ms"))")
        for service in others { try stack.start(service) }
        await producer.close()
        await connection.close()
    }

    private static func pad(to count: Int, _ connection: PostgresConnection) async throws {
        try await connection.run { session in
            session.timeout = .seconds(600)
            _ = try session.query(
                .init(
                    once: """
                        insert into dispatch.timer (subject, kind, shard, version, due_at, cause)
                        select gen_random_uuid(), 'accept', n % 64, 1, now() + interval '30 days' + n * interval '1 second',
                            '{"id":"bench","correlation":"bench"}'
                        from generate_series((select count(*) from dispatch.timer) + 1, $1) as n
                        """), Parameters(Int64(count)))
            try session.execute("analyze dispatch.timer")
        }
    }

    private static func measure(
        _ count: Int, _ run: Int, _ stack: MeasuredStack, _ traffic: Traffic, _ producer: Producer,
        _ connection: PostgresConnection
    ) async throws -> Delays {
        // One complaint tells how long its kind has; the others are older by that, but for the time that taking them needs.
        let probe = Instant.now()
        try await complain(1, "probe-\(run)", at: probe, traffic, producer)
        let allowance = try await acceptTime(of: probe, connection)
        let at = Instant.now() - allowance + .seconds(60)
        let due = at + allowance
        try await complain(count, "due-\(run)", at: at, traffic, producer)
        let arrivals = Arrivals()
        let reading = Task {
            try await arrivals.read(stack.topicPrefix + Topic.cases.name, stack) { record in
                record.attribute("time") == due.description ? record.attribute("subject") : nil
            }
        }
        defer { reading.cancel() }
        while try await left(due, connection) < count {
            guard Instant.now() < due else {
                throw Unexpected(description: "the cases were not there in time: take fewer")
            }
            try await Task.sleep(for: .seconds(1))
        }
        // Both clocks at one moment.
        let dueAt = ContinuousClock.now + (due - Instant.now())
        while arrivals.count < count {
            try await Task.sleep(for: .milliseconds(50))
            guard Instant.now() < due + .seconds(120) else {
                throw Unexpected(description: "\(count - arrivals.count) deadlines were not acted on")
            }
        }
        var delays = Delays()
        for at in arrivals.all.values { delays.add(at - dueAt) }
        let events = try await connection.run { session in
            try session.query(
                .init(
                    once: """
                        select count(*), count(distinct (matter_id, type)), count(distinct matter_id)
                        from dispatch.history where occurred_at = $1
                        """), Parameters(stamp(due))
            ).rows(as: Int64.self, Int64.self, Int64.self)[0]
        }
        guard events.0 == events.1, events.2 == count else {
            throw Unexpected(
                description: "\(events.2) cases of \(count) were acted on, \(events.0 - events.1) times twice")
        }
        return delays
    }

    private static func stamp(_ instant: Instant) -> Timestamp {
        Timestamp(microsecondsSince1970: instant.milliseconds * 1_000)
    }

    private static func complain(
        _ count: Int, _ name: String, at time: Instant, _ traffic: Traffic, _ producer: Producer
    ) async throws {
        try await producer.send((0..<count).map { try traffic.complaint(name, $0, at: time) })
    }

    private static func acceptTime(of probe: Instant, _ connection: PostgresConnection) async throws -> Duration {
        for _ in 0..<200 {
            let due = try await connection.run { session in
                try session.query(
                    .init(
                        once: """
                            select due_at from dispatch.timer join dispatch.matter on id = subject
                            where kind = 'accept' and opened_at = $1
                            """), Parameters(stamp(probe))
                ).rows(as: Timestamp.self).first
            }
            if let due { return Instant(milliseconds: due.microsecondsSince1970 / 1_000) - probe }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Unexpected(description: "the probing complaint did not become a case")
    }

    private static func left(_ due: Instant, _ connection: PostgresConnection) async throws -> Int {
        try await connection.run { session in
            Int(
                try session.query(
                    .init(
                        "deadlines_left", "select count(*) from dispatch.timer where due_at = $1 and kind = 'accept'"),
                    Parameters(stamp(due))
                ).value(Int64.self, row: 0, column: 0))
        }
    }
}
