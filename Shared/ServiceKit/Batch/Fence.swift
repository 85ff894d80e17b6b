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

    var request: Request {
        Request(Self.move, Parameters(topic, partition, from, epoch, to))
    }

    private static let move = Statement(
        "fence_move",
        """
        with moved as (
            update consumer_offset set next_offset = $5, moved_at = clock_timestamp()
            where topic = $1 and partition = $2 and next_offset = $3 and epoch = $4
            returning 1
        )
        select expect_fence((select count(*) from moved))
        """)

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

extension SQLState {
    /// Raised by `expect_fence` and `expect_rows` in kernel.sql.
    static let fenceLost = SQLState("MU001")
    /// A row was no longer as it was when it was decided on: load and decide again.
    public static let decisionStale = SQLState("MU002")
}
