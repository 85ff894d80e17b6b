import Contracts
import Postgres
import Telemetry

/// Removes what is kept for a time only: answers to keyed requests, and the marks of groups of writes.
///
/// In steps of a bounded number of rows, so that neither a lock nor the log of a long absence hurts anybody. By the database's clock.
struct Forgetting: Sendable {
    /// How long an answer can be had again by its `Idempotency-Key`.
    static let answersKept = Duration.seconds(24 * 3_600)
    /// A mark is asked for within seconds of its commit, or never.
    static let marksKept = Duration.seconds(3_600)
    static let step: Int32 = 1_000

    let pool: PostgresPool
    let log: Logger

    /// Every minute, until the task is cancelled. Any replica may; two at once take different rows.
    func run() async {
        while !Task.isCancelled {
            do {
                while try await forgetSome() {}
            } catch { log.debug("what is old could not be removed yet", metadata: [.error: "\(error)"]) }
            try? await Task.sleep(for: .seconds(60))
        }
    }

    /// One step of each.
    ///
    /// - Returns: whether more may be left.
    func forgetSome() async throws -> Bool {
        try await pool.run { session in
            let answers = try session.query(
                Self.answers, Parameters(Int64(Self.answersKept.components.seconds), Self.step)
            ).rowCount
            let marks = try session.query(Self.marks, Parameters(Int64(Self.marksKept.components.seconds), Self.step))
                .rowCount
            return max(answers, marks) == Int(Self.step)
        }
    }

    private static let answers = Statement(
        "idempotent_answer_forget",
        """
        delete from idempotent_answer where (actor, key) in (
            select actor, key from idempotent_answer where answered_at < clock_timestamp() - make_interval(secs => $1::int8)
            order by answered_at limit $2 for update skip locked)
        returning 1
        """)

    private static let marks = Statement(
        "commit_marker_forget",
        """
        delete from commit_marker where id in (
            select id from commit_marker where committed_at < clock_timestamp() - make_interval(secs => $1::int8)
            order by committed_at limit $2 for update skip locked)
        returning 1
        """)
}
