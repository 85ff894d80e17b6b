import Contracts
import Postgres
import ServiceKit
import Telemetry

/// Forgets notices that are over, with their texts, once their time is up. That a rule was applied to an event stays
/// known, so that nobody is told again.
struct Retention: Sendable {
    let context: ServiceContext<NotifyHandler>
    /// City time.
    let period: Duration

    private static let chunk: Int32 = 1_000

    /// Until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            if context.clock.isSet {
                do {
                    while try await forgetSome() == Int(Self.chunk), !Task.isCancelled {}
                } catch {
                    context.log.warning("old notices could not be forgotten yet", metadata: [.error: "\(error)"])
                }
            }
            try? await Task.sleep(for: .seconds(600))
        }
    }

    /// - Returns: how many were forgotten.
    func forgetSome() async throws -> Int {
        let before = Timestamp(context.clock.now() - period)
        return try await context.pool.run { session in
            Int(try session.query(Self.forget, Parameters(before, Self.chunk)).value(Int64.self, row: 0, column: 0))
        }
    }

    /// Plan: the index notice_recorded, then those of inbox_notice. Replicas that forget at once take different rows.
    private static let forget = Statement(
        "notice_forget",
        """
        with old as (
            select id from notice where recorded_at < $1 and state <> 'underway' limit $2 for update skip locked
        ), unlisted as (
            delete from inbox using old where inbox.notice = old.id
        ), gone as (
            delete from notice using old where notice.id = old.id returning 1
        )
        select count(*) from gone
        """)
}
