import Arguments
import Contracts
import Kafka
import Postgres
import ServiceKit

/// The positions that a service keeps in its own schema, beside the topics' ends.
struct StoredPositions: Sendable {
    struct Row: Sendable, Encodable {
        let topic: String
        let partition: Int32
        let next: Int64
        let lag: Int64
        let epoch: Int64
        let owner: String

        var place: TopicPartition { TopicPartition(topic, partition) }
    }

    private let settings: [String: String]
    private let prefix: String
    private let conninfo: String

    init(_ values: Values) throws {
        settings = try Connection.kafkaSettings(values)
        prefix = values[Connection.prefix]
        conninfo = values[Connection.postgres]
    }

    func read(_ service: ServiceName) async throws -> [Row] {
        let database = try await Connection.database(conninfo)
        let statement = Statement(
            "positions_\(service.rawValue)",
            """
            select topic, partition, next_offset, epoch, owner from \(service.rawValue).consumer_offset
            order by topic, partition
            """)
        let rows = try await database.run { session in
            try session.query(statement).rows(as: String.self, Int32.self, Int64.self, Int64.self, String.self)
        }
        await database.close()
        let places = rows.map { TopicPartition(prefix + $0.0, $0.1) }
        let ends = try await Connection.reaching { try await Admin(settings).watermarks(places) }
        return rows.map { topic, partition, next, epoch, owner in
            let end = ends[TopicPartition(prefix + topic, partition)]?.upperBound ?? next
            return Row(
                topic: topic, partition: partition, next: next, lag: max(0, end - next), epoch: epoch, owner: owner)
        }
    }

    /// Moves a position, raises its epoch so that whoever holds it now is fenced off, and keeps who did it and why.
    ///
    /// The position takes the topic's present incarnation: this is how one goes on after a topic was made anew.
    func move(_ service: ServiceName, _ place: TopicPartition, to offset: Int64, reason: String) async throws {
        let incarnations = try await Connection.reaching {
            try await TopicIncarnations.read(settings, Admin(settings), prefix: prefix)
        }
        guard let incarnation = incarnations[place.topic] else {
            throw CommandError(
                "nobody recorded the making of \(place.topic)", remedy: "run muster topics create first")
        }
        let schema = service.rawValue
        let statement = Statement(
            "position_move_\(schema)",
            """
            with known as (
                select next_offset from \(schema).consumer_offset where topic = $1 and partition = $2
            ), moved as (
                insert into \(schema).consumer_offset (topic, partition, next_offset, epoch, owner, incarnation)
                values ($1, $2, $3, 1, current_user, $4)
                on conflict (topic, partition) do update
                    set next_offset = excluded.next_offset, epoch = consumer_offset.epoch + 1, owner = excluded.owner,
                        incarnation = excluded.incarnation
            )
            insert into \(schema).offset_move (topic, partition, from_offset, to_offset, moved_by, reason)
            values ($1, $2, (select next_offset from known), $3, session_user, $5)
            """)
        let database = try await Connection.database(conninfo)
        _ = try await database.run { session in
            try session.query(statement, Parameters(place.topic, place.partition, offset, incarnation, reason)).rowCount
        }
        await database.close()
    }
}
