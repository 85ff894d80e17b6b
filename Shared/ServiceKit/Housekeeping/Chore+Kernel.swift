import Postgres

/// What every service clears away.
extension Chore {
    /// - Parameter inputs: how long the keys of inputs are kept: longer than topics keep events and people may be late
    ///   together, or an old copy would be taken for new.
    static func kernel(keepingInputs inputs: Duration) -> [Chore] {
        [
            Chore("inputs", keeping: inputs, Self.inputs), Chore("refusals", keeping: inputs, refusals),
            Chore("commit-markers", limit: 1_000) { session, _, limit in
                Int(try session.query(markers, Parameters(limit)).value(Int64.self, row: 0, column: 0))
            },
        ]
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

    /// Machine time: a commit is asked about within seconds of it.
    private static let markers = Statement(
        "chore_commit_markers",
        """
        with old as (
            select id from commit_marker where committed_at < clock_timestamp() - interval '1 day'
            limit $1 for update skip locked
        ), gone as (
            delete from commit_marker using old where commit_marker.id = old.id returning 1
        )
        select count(*) from gone
        """)
}
