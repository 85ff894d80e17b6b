import Contracts
import Kafka
import Postgres
import ServiceKit

/// Waits until nothing is under way anywhere: two looks in a row, over Postgres and the topics' ends, find every stored
/// position at its end, outboxes empty, no timer or notice due, every replica at the city's time, and no end moved
/// between them.
actor Quiet {
    private let admin: Admin
    private let database: PostgresConnection
    private let prefix: String
    /// What each service consumes.
    private let consumed: [ServiceName: [Topic]]
    private(set) var looks = 0

    static let consumed: [ServiceName: [Topic]] = [
        .intake: [.patrol],
        .dispatch: [.hotline, .actions, .findings, .directory],
        .credit: [.deeds, .visits, .cases, .directory],
        .notify: [.cases, .entries, .directory],
    ]

    init(_ stack: Stack, _ database: PostgresConnection) throws {
        admin = try Admin(stack.kafkaSettings)
        self.database = database
        prefix = stack.prefix
        consumed = Self.consumed.filter { stack.services[$0.key.rawValue] != nil }
    }

    /// - Parameter now: the city's time, which each replica must have reached.
    func wait(at now: Instant, within limit: Duration = .seconds(120)) async throws {
        let deadline = ContinuousClock.now + limit
        var before: [TopicPartition: Int64]?
        while true {
            looks += 1
            let ends = try? await ends()
            let obstacle = await obstacle(ends, at: now)
            if let ends, obstacle == nil {
                if before == ends { return }
                before = ends
                continue
            }
            before = nil
            guard ContinuousClock.now < deadline else {
                throw DayFailure(
                    "the city did not come to rest within \(limit): \(obstacle ?? "Kafka does not answer")")
            }
            try await Task.sleep(for: .milliseconds(4))
        }
    }

    private func ends() async throws -> [TopicPartition: Int64] {
        let topics = Set(consumed.values.flatMap { $0 })
        let partitions = topics.flatMap { topic in
            (0..<topic.partitions).map { TopicPartition(prefix + topic.name, $0) }
        }
        return try await admin.watermarks(partitions).mapValues(\.upperBound)
    }

    /// What is still under way, in words.
    private func obstacle(_ ends: [TopicPartition: Int64]?, at now: Instant) async -> String? {
        guard let ends else { return "Kafka does not answer" }
        for (service, topics) in consumed.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard let found = try? await look(at: service, now) else { return "Postgres does not answer" }
            if let work = found.work { return "\(service.rawValue): \(work)" }
            for topic in topics {
                for partition in 0..<topic.partitions {
                    let end = ends[TopicPartition(prefix + topic.name, partition)] ?? 0
                    let stored = found.positions[topic.name + "/\(partition)"] ?? 0
                    if stored < end {
                        return "\(service.rawValue) is at \(stored) of \(end) of \(topic.name)/\(partition)"
                    }
                }
            }
        }
        return nil
    }

    private struct Look {
        var positions: [String: Int64] = [:]
        var work: String?
    }

    private func look(at service: ServiceName, _ now: Instant) async throws -> Look {
        let name = service.rawValue
        let extra = service == .notify ? Self.noticesDue : "0"
        let counts = Statement(
            "quiet_counts_\(name)",
            """
            select (select count(*) from \(name).outbox), (select count(*) from \(name).timer where due_at <= $1),
                (select count(*) from \(name).replica where city_time is distinct from $1), \(extra)::int8
            """)
        let positions = Statement(
            "quiet_positions_\(name)", "select topic || '/' || partition, next_offset from \(name).consumer_offset")
        return try await database.run { session in
            var look = Look()
            let row = try session.query(counts, Parameters(Timestamp(now)))
                .row(0, as: Int64.self, Int64.self, Int64.self, Int64.self)
            if row.0 > 0 { look.work = "\(row.0) rows in the outbox" }
            if row.1 > 0 { look.work = "\(row.1) timers due" }
            if row.2 > 0 { look.work = "\(row.2) replicas behind the clock" }
            if row.3 > 0 { look.work = "\(row.3) notices to send" }
            for (key, next) in try session.query(positions).rows(as: String.self, Int64.self) {
                look.positions[key] = next
            }
            return look
        }
    }

    /// A notice that is held until the morning, or that waits for its robot's next free moment, is not due.
    private static let noticesDue = "(select count(*) from notify.delivery_due_at where due_at <= $1)"
}
