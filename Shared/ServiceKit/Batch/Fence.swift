import Failpoints
public import Postgres

/// The right to move a partition's stored position, and the move that a batch makes.
///
/// The fence stops a zombie: a replica that lost the partition without knowing it (stopped, partitioned, slow) holds an
/// old epoch, and its batch is undone as a whole.
struct Fence: Sendable, Equatable {
    let topic: String
    let partition: Int32
    let epoch: Int64
    let from: Int64
    let to: Int64

    /// Whether the batch was committed after all: asked when the commit's reply was lost.
    func hasMoved(in session: inout Session) throws -> Bool {
        let rows = try session.query(Self.position, Parameters(topic, partition)).rows(as: Int64.self, Int64.self)
        return rows.contains { next, epoch in epoch == self.epoch && next >= to }
    }

    private static let position = Statement(
        "fence_position", "select next_offset, epoch from consumer_offset where topic = $1 and partition = $2")

    /// The same right over a part of the batch.
    func part(from: Int64, to: Int64) -> Fence {
        Fence(topic: topic, partition: partition, epoch: epoch, from: from, to: to)
    }
}

extension [Fence] {
    /// Moves all of the positions; one that has been taken away undoes the batch as a whole.
    var request: Request {
        Request(
            Guard.jointFence.isOff ? Self.moveSome : Self.move,
            Parameters(
                map(\.topic), map(\.partition), map(\.from), map(\.epoch), map(\.to), Int64(count)))
    }

    private static var move: Statement { statement("fence_move", "= $6") }
    /// For a mutant of the fault harness alone.
    private static var moveSome: Statement { statement("fence_move_some", "between 1 and $6") }

    /// Plan: an index scan of the primary key per row of the arrays.
    private static func statement(_ name: String, _ expected: String) -> Statement {
        Statement(
            name,
            """
            with moved as (
                update consumer_offset as held set next_offset = batch.next, moved_at = clock_timestamp()
                from unnest($1::text[], $2::int4[], $3::int8[], $4::int8[], $5::int8[])
                    as batch (topic, partition, start, epoch, next)
                where held.topic = batch.topic and held.partition = batch.partition
                    and held.next_offset = batch.start and held.epoch = batch.epoch
                returning 1
            )
            select expect_fence(((select count(*) from moved) \(expected))::int4)
            """)
    }
}

extension SQLState {
    /// Raised by `expect_fence` and `expect_rows` in kernel.sql.
    static let fenceLost = SQLState("MU001")
    /// A row was no longer as it was when it was decided on: load and decide again.
    public static let decisionStale = SQLState("MU002")
}
