import Contracts
import Failpoints
import FoundationEssentials
import Postgres
import Telemetry

/// Commits batches: each is one transaction in one round trip after what it had to read, and is done once, whatever dies.
struct Committer<Handler: BatchHandler>: Sendable {
    typealias Command = Handler.Command

    let service: ServiceName
    let handler: Handler
    let pool: PostgresPool
    let clock: CityClock
    /// Told after each commit, so that the relay and the timer loop need not look for work.
    let wake: @Sendable (Work) -> Void

    /// How a batch got the right to be written.
    enum Right: Sendable {
        /// The partitions' positions move along, all or none.
        case fences([Fence])
        /// A row says afterwards whether the commit held, should its reply be lost.
        case marker(EventID)
        /// Due timers prove by being gone that this is the first time.
        case timers
    }

    /// Makes one attempt; the receipts count only once this returns.
    ///
    /// - Throws: `PostgresError`; its SQLSTATE is `fenceLost` or `decisionStale` where an expectation of ours failed.
    func attempt(
        _ inputs: [Input<Command>], _ extras: BatchPlan<Handler>.Extras, _ right: Right, slot: Int32,
        publishesReceipts: Bool, refusesEarly: Bool
    ) async throws -> [Receipt] {
        try await commit(
            inputs, extras, right, slot: slot, publishesReceipts: publishesReceipts, refusesEarly: refusesEarly
        ).receipts
    }

    /// The same, with what becomes of the requests that carry a key.
    func commit(
        _ inputs: [Input<Command>], _ extras: BatchPlan<Handler>.Extras, _ right: Right, slot: Int32,
        publishesReceipts: Bool, refusesEarly: Bool, sent: SentAnswers? = nil
    ) async throws -> Committed {
        let now = clock.now()
        InFlight.batch.began()
        defer { InFlight.batch.ended() }
        let (committed, plan) = try await pool.run(plans: .kept) {
            [service, handler] session -> (Committed, BatchPlan<Handler>) in
            let plan = try BatchPlan(
                inputs, extras, handler: handler, service: service, now: now, slot: slot,
                publishesReceipts: publishesReceipts, in: &session)
            if !refusesEarly, let early = plan.early { throw EarlyInput(index: early.index) }
            var requests = plan.requests
            switch right {
            case .fences(let fences): requests.insert(fences.request, at: 0)
            case .marker(let id): requests.insert(Request(Self.mark, Parameters(id.uuid)), at: 0)
            case .timers: break
            }
            let committed = Committed(receipts: plan.receipts, keyed: plan.keyed)
            sent?.add(committed)
            right.decided.pass()
            try session.pipeline(requests) { _, _ in }
            return (committed, plan)
        }
        right.committed.pass()
        wake(plan.work)
        return committed
    }

    /// Whether a batch whose reply was lost has been committed after all.
    func isCommitted(_ right: Right) async throws -> Bool {
        try await pool.run { session in
            switch right {
            case .fences(let fences): try fences.allSatisfy { try $0.hasMoved(in: &session) }
            case .marker(let id):
                try session.query(Self.isMarked, Parameters(id.uuid)).value(Bool.self, row: 0, column: 0)
            case .timers: false
            }
        }
    }

    private static var mark: Statement { Statement("commit_mark", "insert into commit_marker (id) values ($1)") }
    private static var isMarked: Statement {
        Statement("commit_is_marked", "select exists (select from commit_marker where id = $1)")
    }
}

/// What a committed batch answers.
struct Committed: Sendable {
    /// One for each input, in order.
    let receipts: [Receipt]
    /// One for each request with a key, in order.
    let keyed: [KeyedOutcome]
}

extension Committer.Right {
    /// Where a process can be held up that has decided what another one may change meanwhile.
    fileprivate var decided: Failpoint {
        switch self {
        case .fences: .beforeCommit
        case .marker: .groupDecided
        case .timers: .timersDecided
        }
    }

    /// Where a process can die that has committed without having told anybody.
    fileprivate var committed: Failpoint {
        if case .marker = self { .groupCommitted } else { .afterCommit }
    }
}

/// An input names what the directory does not know yet: what lies before it can be committed.
struct EarlyInput: Error {
    let index: Int
}
