import Contracts
import Kafka
import Postgres

/// The stored positions of a service's partitions, and the claims on them.
struct Positions: Sendable {
    struct Position: Sendable {
        let epoch: Int64
        let next: Int64
    }

    let pool: PostgresPool
    let admin: Admin
    let topicPrefix: String
    /// Names this replica, for people who look at the table.
    let replica: String
    /// Which making of each topic the positions belong to; see `TopicIncarnations`.
    let incarnation: @Sendable (String) -> String

    /// Claims partitions by raising their epochs: whoever held one before is fenced off from now on.
    ///
    /// - Returns: those that could be claimed. A partition is missing when its topic was made anew since its position was
    ///   stored, which an operator must resolve (`muster offsets set`).
    func claim(_ partitions: [TopicPartition]) async throws -> [TopicPartition: Position] {
        let known = try await raise(partitions)
        let new = partitions.filter { known[$0] == nil }
        if new.isEmpty { return known }
        let unclaimed = try await unstored(new)
        if unclaimed.isEmpty { return known }
        // At its very first start a group begins with the oldest record that is kept.
        let starts = try await admin.watermarks(unclaimed).mapValues(\.lowerBound)
        try await insert(unclaimed, starts)
        return known.merging(try await raise(unclaimed)) { first, _ in first }
    }

    private func raise(_ partitions: [TopicPartition]) async throws -> [TopicPartition: Position] {
        let names = partitions.map { bare($0.topic) }
        let parameters = Parameters(names, partitions.map(\.partition), replica, names.map(incarnation))
        let rows = try await pool.run { session in
            try session.query(Self.raiseEpochs, parameters).rows(as: String.self, Int32.self, Int64.self, Int64.self)
        }
        var positions: [TopicPartition: Position] = [:]
        for (topic, partition, next, epoch) in rows {
            positions[TopicPartition(topicPrefix + topic, partition)] = Position(epoch: epoch, next: next)
        }
        return positions
    }

    private static let raiseEpochs = Statement(
        "positions_raise",
        """
        update consumer_offset set epoch = epoch + 1, owner = $3
        from unnest($1::text[], $2::int4[], $4::text[]) as wanted (topic, partition, incarnation)
        where consumer_offset.topic = wanted.topic and consumer_offset.partition = wanted.partition
            and consumer_offset.incarnation = wanted.incarnation
        returning consumer_offset.topic, consumer_offset.partition, next_offset, epoch
        """)

    private func unstored(_ partitions: [TopicPartition]) async throws -> [TopicPartition] {
        let parameters = Parameters(partitions.map { bare($0.topic) }, partitions.map(\.partition))
        let stored = try await pool.run { session in
            try session.query(Self.find, parameters).rows(as: String.self, Int32.self)
        }
        let names = Set(stored.map { TopicPartition(topicPrefix + $0.0, $0.1) })
        return partitions.filter { !names.contains($0) }
    }

    private static let find = Statement(
        "positions_find",
        """
        select consumer_offset.topic, consumer_offset.partition from consumer_offset
        join unnest($1::text[], $2::int4[]) as wanted (topic, partition) using (topic, partition)
        """)

    private func insert(_ partitions: [TopicPartition], _ starts: [TopicPartition: Int64]) async throws {
        let names = partitions.map { bare($0.topic) }
        let parameters = Parameters(
            names, partitions.map(\.partition), partitions.map { starts[$0] ?? 0 }, replica, names.map(incarnation))
        _ = try await pool.run { session in
            try session.query(Self.insertNew, parameters).rowCount
        }
    }

    private static let insertNew = Statement(
        "positions_insert",
        """
        insert into consumer_offset (topic, partition, next_offset, epoch, owner, incarnation)
        select topic, partition, next_offset, 0, $4, incarnation
        from unnest($1::text[], $2::int4[], $3::int8[], $5::text[]) as new (topic, partition, next_offset, incarnation)
        order by topic, partition
        on conflict do nothing
        """)

    private func bare(_ topic: String) -> String { String(topic.dropFirst(topicPrefix.count)) }
}
