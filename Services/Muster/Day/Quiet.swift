import Contracts
import Kafka
import Postgres
import ServiceKit

/// Waits until nothing is under way anywhere: two looks in a row, over Postgres and the topics' ends, find outboxes empty, no
/// timer or notice due, every replica at the city's time, every stored position at its end, and no end moved between them.
///
/// The stores are asked first: most looks end there, and Kafka need not say where a hundred partitions end.
actor Quiet {
    private let admin: Admin
    private let database: PostgresConnection
    private let prefix: String
    /// What each service consumes.
    private let consumed: [ServiceName: [Topic]]
    private let lookStatement: Statement
    private let positionsStatement: Statement
    private let nextDueStatement: Statement
    private(set) var looks = 0

    init(_ stack: Stack, _ database: PostgresConnection) throws {
        admin = try Admin(stack.kafkaSettings)
        self.database = database
        prefix = stack.prefix
        let services = ServiceName.allCases.filter { stack.services[$0.rawValue] != nil }
        consumed = Dictionary(uniqueKeysWithValues: services.map { ($0, $0.consumed) })
        lookStatement = Self.looks(services)
        positionsStatement = Self.positions(services)
        nextDueStatement = Self.nextDue(services)
    }

    /// - Parameter now: the city's time, which each replica must have reached.
    func wait(at now: Instant, within limit: Duration = .seconds(120)) async throws {
        var before: [TopicPartition: Int64]?
        try await repeated(within: limit) {
            if let work = await work(now) {
                before = nil
                return work
            }
            guard let ends = try? await ends() else { return "Kafka does not answer" }
            if let obstacle = await behind(ends) {
                before = nil
                return obstacle
            }
            defer { before = ends }
            return before == ends ? nil : "looked only once since something moved"
        }
    }

    /// Waits until each replica has the city's time, whatever else is under way.
    func waitForClocks(at now: Instant, within limit: Duration = .seconds(120)) async throws {
        try await repeated(within: limit) {
            guard let looks = try? await look(now) else { return "Postgres does not answer" }
            let behind = looks.filter { $0.behind > 0 }
            return behind.isEmpty
                ? nil : "replicas are behind the clock: \(behind.map(\.service).joined(separator: ", "))"
        }
    }

    /// When something next falls due anywhere.
    func nextDue() async throws -> Instant? {
        let due = try await database.run { [nextDueStatement] session in
            try session.query(nextDueStatement).value(Timestamp?.self, row: 0, column: 0)
        }
        return due.map { Instant($0) }
    }

    /// Records that each service's stored positions have not reached.
    func lag() async throws -> [ServiceName: Int] {
        let (ends, positions) = (try await ends(), try await positions())
        return consumed.reduce(into: [:]) { lag, entry in
            lag[entry.key] = entry.value.reduce(0) { sum, topic in
                (0..<topic.partitions).reduce(sum) { sum, partition in
                    let end = ends[TopicPartition(prefix + topic.name, partition)] ?? 0
                    return sum + Int(max(0, end - (positions["\(entry.key.rawValue)/\(topic.name)/\(partition)"] ?? 0)))
                }
            }
        }
    }

    /// - Parameter look: what is still under way, in words; nil where nothing is.
    private func repeated(within limit: Duration, _ look: () async -> String?) async throws {
        let began = ContinuousClock.now
        while true {
            looks += 1
            guard let obstacle = await look() else { return }
            let waited = ContinuousClock.now - began
            guard waited < limit else {
                throw DayFailure("the city did not come to rest within \(limit): \(obstacle)")
            }
            // Looking costs processor time that the services want: the longer it takes, the more seldom.
            try await Task.sleep(for: min(max(waited / 8, .milliseconds(3)), .milliseconds(40)))
        }
    }

    private func ends() async throws -> [TopicPartition: Int64] {
        let topics = Set(consumed.values.flatMap { $0 })
        let partitions = topics.flatMap { topic in
            (0..<topic.partitions).map { TopicPartition(prefix + topic.name, $0) }
        }
        return try await admin.watermarks(partitions).mapValues(\.upperBound)
    }

    /// What the stores say is to be done.
    private func work(_ now: Instant) async -> String? {
        guard let looks = try? await look(now) else { return "Postgres does not answer" }
        return looks.lazy.compactMap(\.work).first
    }

    private func behind(_ ends: [TopicPartition: Int64]) async -> String? {
        guard let positions = try? await positions() else { return "Postgres does not answer" }
        for (service, topics) in consumed.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for topic in topics {
                for partition in 0..<topic.partitions {
                    let end = ends[TopicPartition(prefix + topic.name, partition)] ?? 0
                    let stored = positions["\(service.rawValue)/\(topic.name)/\(partition)"] ?? 0
                    if stored < end {
                        return "\(service.rawValue) is at \(stored) of \(end) of \(topic.name)/\(partition)"
                    }
                }
            }
        }
        return nil
    }

    private struct Look {
        let service: String
        let outbox: Int64
        let timers: Int64
        let behind: Int64
        let notices: Int64

        var work: String? {
            if outbox > 0 { return "\(service): \(outbox) rows in the outbox" }
            if timers > 0 { return "\(service): \(timers) timers due" }
            if behind > 0 { return "\(service): \(behind) replicas behind the clock" }
            return notices > 0 ? "\(service): \(notices) notices to send" : nil
        }
    }

    private func look(_ now: Instant) async throws -> [Look] {
        try await database.run { [lookStatement] session in
            try session.query(lookStatement, Parameters(Timestamp(now)))
                .rows(as: String.self, Int64.self, Int64.self, Int64.self, Int64.self)
                .map { Look(service: $0.0, outbox: $0.1, timers: $0.2, behind: $0.3, notices: $0.4) }
        }
    }

    private func positions() async throws -> [String: Int64] {
        try await database.run { [positionsStatement] session in
            let rows = try session.query(positionsStatement).rows(as: String.self, Int64.self)
            return Dictionary(rows.map { ($0.0, $0.1) }) { first, _ in first }
        }
    }

    // MARK: Over all schemas at once, as the database's administrator may

    private static func union(_ services: [ServiceName], _ select: (ServiceName) -> String) -> String {
        services.sorted { $0.rawValue < $1.rawValue }.map(select).joined(separator: "\nunion all\n")
    }

    private static func looks(_ services: [ServiceName]) -> Statement {
        Statement(
            "quiet_look",
            union(services) { service in
                // A notice that is held until the morning, or that waits for its robot's next free moment, is not due.
                let notices =
                    service == .notify ? "(select count(*) from notify.delivery_due_at where due_at <= $1)" : "0::int8"
                return """
                    select '\(service.rawValue)', (select count(*) from \(service.rawValue).outbox),
                        (select count(*) from \(service.rawValue).timer where due_at <= $1),
                        (select count(*) from \(service.rawValue).replica where city_time is distinct from $1), \(notices)
                    """
            })
    }

    private static func positions(_ services: [ServiceName]) -> Statement {
        Statement(
            "quiet_positions",
            union(services) { service in
                """
                select '\(service.rawValue)/' || topic || '/' || partition, next_offset
                from \(service.rawValue).consumer_offset
                """
            })
    }

    private static func nextDue(_ services: [ServiceName]) -> Statement {
        let timers = union(services) { "select min(due_at) as at from \($0.rawValue).timer" }
        let notices = services.contains(.notify) ? "\nunion all\nselect min(due_at) from notify.delivery_due_at" : ""
        return Statement("quiet_next_due", "select min(at) from (\(timers)\(notices)) as due")
    }
}
