import Contracts
import Kafka
import Postgres

/// The stored positions of a service's partitions, and the claims on them.
struct Positions: Sendable {
    struct Position: Sendable {
        let epoch: Int64
        let next: Int64
    }

    /// What came of a claim.
    struct Claimed: Sendable {
        var positions: [TopicPartition: Position] = [:]
        /// Their topic was made anew since their position was stored, or nobody recorded its making: an operator must say
        /// where to go on.
        var blocked: [TopicPartition] = []
    }

    let pool: PostgresPool
    let admin: Admin
    let kafka: [String: String]
    let topicPrefix: String
    /// Names this replica, for people who look at the table.
    let replica: String

    /// Claims partitions by raising their epochs: whoever held one before is fenced off from now on.
    func claim(_ partitions: [TopicPartition]) async throws -> Claimed {
        let incarnations = try await TopicIncarnations.read(kafka, admin, prefix: topicPrefix)
        var claimed = Claimed()
        var wanted: [Wanted] = []
        for partition in partitions {
            let topic = String(partition.topic.dropFirst(topicPrefix.count))
            if let incarnation = incarnations[topic] {
                wanted.append(Wanted(partition: partition, topic: topic, incarnation: incarnation))
            } else {
                claimed.blocked.append(partition)
            }
        }
        let raised = try await raise(wanted)
        // At its very first start a service begins with the oldest record that is kept.
        let missing = wanted.filter { raised[$0.partition] == nil }
        var added: [TopicPartition: Position] = [:]
        if !missing.isEmpty {
            let starts = try await admin.watermarks(missing.map(\.partition)).mapValues(\.lowerBound)
            try await insert(missing, starts)
            added = try await raise(missing)
        }
        claimed.positions = raised.merging(added) { first, _ in first }
        claimed.blocked += missing.map(\.partition).filter { added[$0] == nil }
        return claimed
    }

    private struct Wanted: Sendable {
        let partition: TopicPartition
        let topic: String
        let incarnation: String
    }

    private func raise(_ wanted: [Wanted]) async throws -> [TopicPartition: Position] {
        let parameters = Parameters(
            wanted.map(\.topic), wanted.map(\.partition.partition), replica, wanted.map(\.incarnation))
        let rows = try await pool.run { session in
            try session.query(Self.raiseEpochs, parameters).rows(as: String.self, Int32.self, Int64.self, Int64.self)
        }
        var positions: [TopicPartition: Position] = [:]
        for (topic, partition, next, epoch) in rows {
            positions[TopicPartition(topicPrefix + topic, partition)] = Position(epoch: epoch, next: next)
        }
        return positions
    }

    /// Locked in the order of the keys: two replicas may claim overlapping sets at once.
    private static let raiseEpochs = Statement(
        "positions_raise",
        """
        with locked as (
            select consumer_offset.topic, consumer_offset.partition
            from consumer_offset
            join unnest($1::text[], $2::int4[], $4::text[]) as wanted (topic, partition, incarnation)
                using (topic, partition, incarnation)
            order by topic, partition
            for update of consumer_offset
        )
        update consumer_offset set epoch = epoch + 1, owner = $3
        from locked
        where consumer_offset.topic = locked.topic and consumer_offset.partition = locked.partition
        returning consumer_offset.topic, consumer_offset.partition, next_offset, epoch
        """)

    /// A position that is there, of whatever incarnation, is left alone.
    private func insert(_ wanted: [Wanted], _ starts: [TopicPartition: Int64]) async throws {
        let parameters = Parameters(
            wanted.map(\.topic), wanted.map(\.partition.partition), wanted.map { starts[$0.partition] ?? 0 }, replica,
            wanted.map(\.incarnation))
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
}
