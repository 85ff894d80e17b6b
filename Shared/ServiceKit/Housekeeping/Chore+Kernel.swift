import Postgres

/// What every service clears away.
extension Chore {
    /// - Parameter inputs: how long the keys of inputs are kept: longer than topics keep events and people may be late
    ///   together, or an old copy would be taken for new.
    static func kernel(keepingInputs inputs: Duration) -> [Chore] {
        [
            Chore("inputs", keeping: inputs, Self.inputs), Chore("refusals", keeping: inputs, refusals),
            Chore("answers", machineTimed: answers), Chore("commit-markers", machineTimed: markers),
        ]
    }

    /// - Parameter statement: goes by the database's clock, since a client tries again after real minutes, whatever time it is in
    ///   the city; takes how many rows go at most ($1).
    private init(_ name: String, machineTimed statement: Statement) {
        self.init(name) { session, _, limit in
            Int(try session.query(statement, Parameters(limit)).value(Int64.self, row: 0, column: 0))
        }
    }

    /// Plan: the index input_recorded, whose ranges before the instant are read until the step is full.
    private static let inputs = Statement(
        "chore_inputs",
        """
        with old as (
            select source, id from input where recorded_at < $1 limit $2 for update skip locked
        ), gone as (
            delete from input using old where input.source = old.source and input.id = old.id returning 1
        )
        select count(*) from gone
        """)

    private static let refusals = Statement(
        "chore_refusals",
        """
        with old as (
            select source, id, digest from refusal where recorded_at < $1 limit $2 for update skip locked
        ), gone as (
            delete from refusal using old
            where refusal.source = old.source and refusal.id = old.id and refusal.digest = old.digest
            returning 1
        )
        select count(*) from gone
        """)

    /// An answer can be had again by its `Idempotency-Key` for a day.
    private static let answers = Statement(
        "chore_answers",
        """
        with old as (
            select actor, key from idempotent_answer where answered_at < clock_timestamp() - interval '1 day'
            order by answered_at limit $1 for update skip locked
        ), gone as (
            delete from idempotent_answer using old
            where idempotent_answer.actor = old.actor and idempotent_answer.key = old.key
            returning 1
        )
        select count(*) from gone
        """)

    /// A commit is asked about within seconds of it, or never.
    private static let markers = Statement(
        "chore_commit_markers",
        """
        with old as (
            select id from commit_marker where committed_at < clock_timestamp() - interval '1 hour'
            order by committed_at limit $1 for update skip locked
        ), gone as (
            delete from commit_marker using old where commit_marker.id = old.id returning 1
        )
        select count(*) from gone
        """)
}
