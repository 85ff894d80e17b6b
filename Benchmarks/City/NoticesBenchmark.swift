import Arguments
import BenchmarkReport
import Contracts
import Foundation
import Kafka
import Postgres

/// Notices from a backlog of events to the hands of a receiver that counts: as fast as it goes, and beside the channel's limit.
///
/// What a webhook may be sent is not a setting: 60 a minute to one endpoint, in any minute. So many endpoints are a limit of so many
/// a second. The first 60 of each may go at once; the limit is how long the others have to wait, and overhead is what it takes longer.
enum NoticesBenchmark {
    static let endpoints = Option(
        "endpoints", value: "N", about: "of so many grids: that many notices a second are the limit",
        parser: .integer(1...450), default: 450)
    static let each = Option(
        "each", value: "N", about: "notices an endpoint; up to 60 there is no limit", parser: .integer(1...6_000),
        default: 60)

    static let command = Command(
        "notices", about: "notices from a backlog of events to the receiver, beside the channel's limit",
        options: [MeasuredStack.file, MeasuredStack.runs, endpoints, each]
    ) { values in
        let stack = try MeasuredStack.read(values)
        let traffic = try await Traffic(stack)
        let connection = try await PostgresConnection.connect(stack.postgres)
        let producer = try Producer(["bootstrap.servers": stack.kafka, "linger.ms": "20"])
        let receiver = try NoticeReceiver()
        let channels = URL(filePath: values[MeasuredStack.file]).deletingLastPathComponent()
            .appending(path: "bench-channels.json")
        try receiver.writeChannels(to: channels)
        for service in ServiceName.allCases { try await stack.stop(service.rawValue) }
        try await stack.catchUp(.notify, connection)
        try stack.set("MUSTER_NOTIFY_CHANNELS", channels.path, of: "notify")
        let (endpoints, each) = (values[endpoints], values[each])
        var rates: [Double] = []
        var overheads: [Double] = []
        for run in 1...values[MeasuredStack.runs] {
            try await forgetLanes(connection)
            receiver.forget()
            try await load(endpoints, each, traffic, producer)
            try stack.start("notify")
            let (spent, settled) = try await measure(endpoints * each, receiver, stack, connection)
            try await stack.stop("notify")
            rates.append(Double(endpoints * each) / spent)
            if each <= 60 { try note("notices.rate", Double(endpoints * each) / spent) }
            var line = String(
                format: "run %d: %d notices to %d endpoints in %.1f s, %.0f/s; all written down %.1f s later",
                run, endpoints * each, endpoints, spent, Double(endpoints * each) / spent, settled)
            let limit = Double((each - 1) / 60 * 60)
            if limit > 0 {
                overheads.append((spent / limit - 1) * 100)
                try note("notices.over.\(endpoints)", overheads[run - 1])
                line += String(
                    format: "; the limit of %d/s allows %.0f s: %.1f %% over", endpoints, limit, overheads[run - 1])
            }
            say(line)
        }
        say("notices sent: \(Figure(values: rates).text("/s"))")
        if !overheads.isEmpty {
            say("over a limit of \(endpoints)/s: \(Figure(values: overheads).text("%", digits: 1))")
        }
        try stack.set("MUSTER_NOTIFY_CHANNELS", nil, of: "notify")
        for service in ServiceName.allCases { try stack.start(service.rawValue) }
        await receiver.stop()
        await producer.close()
        await connection.close()
    }

    /// As if the run before had been more than a minute ago.
    private static func forgetLanes(_ connection: PostgresConnection) async throws {
        try await connection.run { session in try session.execute("delete from notify.lane") }
    }

    /// From the first to the last that arrives, and from then until nothing is left to be told of them.
    private static func measure(
        _ count: Int, _ receiver: NoticeReceiver, _ stack: MeasuredStack, _ connection: PostgresConnection
    ) async throws -> (spent: Double, settled: Double) {
        let deadline = ContinuousClock.now + .seconds(900)
        while receiver.count < count {
            guard ContinuousClock.now < deadline else {
                throw Unexpected(description: "\(receiver.count) of \(count) notices arrived")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        while try await stack.count(
            """
            select (exists (select from notify.delivery) or exists (select from notify.outbox))::int
            """, connection) > 0
        {
            guard ContinuousClock.now < deadline else { throw Unexpected(description: "some notices are not settled") }
            try await Task.sleep(for: .milliseconds(50))
        }
        let settled = ContinuousClock.now
        let received = receiver.received
        guard let first = received.first, let last = received.last, received.times.count == count, received.repeats == 0
        else {
            throw Unexpected(description: "\(received.times.count) notices, and \(received.repeats) repeats")
        }
        return ((last - first) / .seconds(1), (settled - last) / .seconds(1))
    }

    /// Cases that were opened in each grid in turn: each is told to the grid's chief, in the inbox and by webhook.
    private static func load(_ endpoints: Int, _ each: Int, _ traffic: Traffic, _ producer: Producer) async throws {
        let count = endpoints * each
        for start in stride(from: 0, to: count, by: 5_000) {
            try await producer.send(
                try (start..<min(count, start + 5_000)).map { number in
                    let (grid, chief) = traffic.grid(number % endpoints)
                    let now = Instant.now()
                    let opened = CaseOpened(
                        case: .v7(at: now), sequence: 1, unit: grid, number: number, origin: .complaint,
                        category: "city-appearance.rubbish.exposed", severity: .normal, handling: .small,
                        rule: "rule 12 of version 3", owner: Owner(unit: grid, person: chief),
                        acceptBy: Instant(milliseconds: now.milliseconds + 3_600_000),
                        resolveBy: Instant(milliseconds: now.milliseconds + 86_400_000))
                    return try traffic.record(
                        opened,
                        EventEnvelope(
                            id: EventID.v7(at: now).description, source: ServiceName.dispatch.source,
                            type: CaseOpened.type, subject: opened.subject, time: now, recordedAt: now))
                })
        }
    }
}
