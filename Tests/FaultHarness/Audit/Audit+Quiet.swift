import Contracts
import Foundation
import Kafka

extension Audit {
    /// No service reads what one after it publishes.
    private static let downstream: [ServiceName] = [.intake, .dispatch, .credit, .notify]

    /// Waits until nothing is under way anywhere.
    func quiet(within limit: Duration) async throws {
        var obstacle: String?
        let isQuiet = await waits(limit) {
            do { obstacle = try await self.obstacle() } catch { obstacle = "\(error)" }
            return obstacle == nil
        }
        if !isQuiet { throw Broken("not quiet within \(limit): \(obstacle ?? "")") }
    }

    /// Looks in the order in which things go on: from topics to positions, timers, outbox, and on to the next service's topics.
    /// What moves while we look moves ahead of us, where we meet it; in any other order it could pass us by.
    private func obstacle() async throws -> String? {
        for service in Self.downstream {
            let name = service.rawValue
            let ends = try await ends(of: service)
            let stored = Set(
                try await city.texts(
                    "select topic || '/' || partition || '=' || next_offset from \(name).consumer_offset"))
            for (partition, end) in ends where end > 0 {
                let wanted = "\(partition.topic.dropFirst(city.name.count + 1))/\(partition.partition)=\(end)"
                if !stored.contains(wanted) { return "\(name) is not at \(wanted)" }
            }
            let due = try await city.count(
                "select count(*) from \(name).timer where due_at < now() + interval '\(horizon) s'")
            if due > 0 { return "\(name) has \(due) timers due" }
            if try await city.count("select count(*) from \(name).outbox") > 0 {
                return "\(name) has rows in its outbox"
            }
        }
        // A notice that is held until the morning, or that waits for its robot's next free moment, is not due.
        let sends = try await city.count(
            "select count(*) from notify.delivery_due_at where due_at < now() + interval '\(horizon - 3) s'")
        if sends > 0 { return "notify has \(sends) notices to send" }
        // What came of a send is published too.
        return try await city.count("select count(*) from notify.outbox") > 0 ? "notify has rows in its outbox" : nil
    }

    private func ends(of service: ServiceName) async throws -> [TopicPartition: Int64] {
        let counts = try await city.admin.topics()
        let names = service.consumed.map { city.name + "." + $0.name }
        let partitions = names.flatMap { name in (0..<(counts[name] ?? 0)).map { TopicPartition(name, $0) } }
        return try await city.admin.watermarks(partitions).mapValues(\.upperBound)
    }
}
