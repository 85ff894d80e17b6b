extension PostgresPool {
    /// What the pool's lock protects.
    struct State {
        private let options: Options
        var machine: PoolStateMachine
        var connections: [PoolStateMachine.ConnectionID: PostgresConnection] = [:]
        var waiting: [PoolStateMachine.WaiterID: CheckedContinuation<Lease, any Error>] = [:]
        var closing: [CheckedContinuation<Void, Never>] = []
        var isFinished = false
        /// Why the last attempt to connect failed; `nil` once one succeeded.
        var lastFailure: PostgresError?
        var timer: (instant: ContinuousClock.Instant, task: Task<Void, Never>)?
        private var lastWaiter = 0

        init(_ options: Options) {
            self.options = options
            machine = PoolStateMachine(options.stateMachine)
        }

        mutating func nextWaiter() -> PoolStateMachine.WaiterID {
            lastWaiter += 1
            return lastWaiter
        }
    }

    /// An action with what it takes to carry it out, outside of the lock.
    enum Effect {
        case lend(Lease, to: CheckedContinuation<Lease, any Error>)
        case refuse(CheckedContinuation<Lease, any Error>, PostgresError)
        case connect(PoolStateMachine.ConnectionID)
        case close(PoolStateMachine.ConnectionID, PostgresConnection)
        case wake(at: ContinuousClock.Instant)
        case finish(CheckedContinuation<Void, Never>)
    }
}

extension PostgresPool.State {
    mutating func effects(of action: PoolStateMachine.Action) -> [PostgresPool.Effect] {
        switch action {
        case .lend(let id, let waiter, let check):
            return [.lend(.init(id: id, connection: connection(id), check: check), to: continuation(waiter))]
        case .refuse(let waiter, let refusal): return [.refuse(continuation(waiter), error(for: refusal))]
        case .connect(let id): return [.connect(id)]
        case .close(let id):
            defer { connections[id] = nil }
            return [.close(id, connection(id))]
        case .wake(let instant): return [.wake(at: instant)]
        case .finish:
            isFinished = true
            timer?.task.cancel()
            defer { closing = [] }
            return closing.map { .finish($0) }
        }
    }

    private func connection(_ id: PoolStateMachine.ConnectionID) -> PostgresConnection {
        guard let connection = connections[id] else { preconditionFailure("connection \(id) is unknown to the pool") }
        return connection
    }

    private mutating func continuation(_ id: PoolStateMachine.WaiterID) -> CheckedContinuation<
        PostgresPool.Lease, any Error
    > {
        guard let waiter = waiting.removeValue(forKey: id) else { preconditionFailure("nobody waits as \(id)") }
        return waiter
    }

    private func error(for refusal: PoolStateMachine.Refusal) -> PostgresError {
        let name = options.name
        switch refusal {
        case .closed: return PostgresError(.closed, "the pool \(name) has been closed")
        case .tooManyWaiting:
            return PostgresError(
                .noConnectionFree, "\(options.maximumWaiting) already wait for a connection of \(name)")
        case .timedOut:
            let now = machine.statistics
            let cause =
                lastFailure.map { "the server cannot be reached: \($0.message)" }
                    ?? """
                    \(now.open) in use, \(now.connecting) being made, \(now.waiting) still wait; \
                    look for slow statements in pg_stat_activity, or raise the size (\(options.size))
                    """
            return PostgresError(
                .noConnectionFree, "no connection of \(name) within \(options.acquireTimeout): \(cause)")
        }
    }
}
