import Threads

/// A few connections, shared by many tasks, first come, first served.
///
/// Connections are made when they are first needed; nothing needs the server before. One that breaks is replaced, with
/// growing waits while the server is away. Each lives on a thread of its own, which also does the connecting, so no
/// shared thread ever blocks.
///
/// What a body changes in its session outlives it: use `set local` and advisory locks of a transaction, and a
/// `PostgresConnection` of your own to LISTEN.
public final class PostgresPool: Sendable {
    public let options: Options
    let state: Lock<State>

    public init(_ options: Options) {
        self.options = options
        state = Lock(State(options))
    }

    deinit { state.withLock { $0.timer?.task.cancel() } }

    /// Whether the last attempt to reach the server succeeded; true before the first, false once closed.
    public var isHealthy: Bool { state.withLock { $0.machine.isHealthy } }

    /// Why the last attempt to reach the server failed; nil once one succeeded.
    public var connectFailure: PostgresError? { state.withLock { $0.lastFailure } }

    public var statistics: Statistics { state.withLock { $0.machine.statistics } }

    /// Lends a connection to `body`, which runs on the connection's own thread; see `PostgresConnection.run`.
    ///
    /// - Parameter plans: how often its prepared statements are planned.
    /// - Throws: what `body` throws; `CancellationError` if the task is cancelled before `body` begins;
    ///   `PostgresError`, with `noConnectionFree` if none became free in time.
    public func run<Value: Sendable>(
        plans: PlanReuse = .weighed, _ body: sending (inout Session) throws -> Value
    ) async throws -> Value {
        let lease = try await checkedLease()
        defer { perform { machine in machine.released(lease.id, now: .now) } }
        return try await lease.connection.run { session in
            try session.use(plans)
            return try body(&session)
        }
    }

    /// Refuses new work and waits until what is lent has come back and every session has ended.
    public func close() async {
        perform { machine in machine.close() }
        await withCheckedContinuation { continuation in
            let isFinished = state.withLock { state in
                if !state.isFinished { state.closing.append(continuation) }
                return state.isFinished
            }
            if isFinished { continuation.resume() }
        }
    }
}

// MARK: Leases

extension PostgresPool {
    /// A connection, until `released` is told.
    struct Lease {
        let id: PoolStateMachine.ConnectionID
        let connection: PostgresConnection
        /// It has been idle for so long that it must give a sign of life first.
        let check: Bool
    }

    private func checkedLease() async throws -> Lease {
        while true {
            let lease = try await lease()
            guard lease.check, await !lease.connection.isResponsive(within: options.checkTimeout) else { return lease }
            perform { machine in machine.lost(lease.id, now: .now) }
        }
    }

    private func lease() async throws -> Lease {
        try Task.checkCancellation()
        let waiter = state.withLock { $0.nextWaiter() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { $0.waiting[waiter] = continuation }
                perform { machine in machine.acquire(waiter, now: .now) }
                // A cancellation that came before the line above found nobody who waits.
                if Task.isCancelled { abandon(waiter) }
            }
        } onCancel: {
            abandon(waiter)
        }
    }

    private func abandon(_ waiter: PoolStateMachine.WaiterID) {
        let continuation = state.withLock { state in
            state.machine.abandon(waiter) ? state.waiting.removeValue(forKey: waiter) : nil
        }
        continuation?.resume(throwing: CancellationError())
    }
}

// MARK: Carrying out what the state machine decides

extension PostgresPool {
    func perform(_ event: (inout PoolStateMachine) -> [PoolStateMachine.Action]) {
        let effects = state.withLock { state in
            event(&state.machine).flatMap { state.effects(of: $0) }
        }
        for effect in effects { carryOut(effect) }
    }

    private func carryOut(_ effect: Effect) {
        switch effect {
        case .lend(let lease, let waiter): waiter.resume(returning: lease)
        case .refuse(let waiter, let error): waiter.resume(throwing: error)
        case .connect(let id): connect(id)
        case .close(let id, let connection):
            Task { [weak self] in
                await connection.close()
                self?.perform { machine in machine.closed(id, now: .now) }
            }
        case .wake(let instant): wake(at: instant)
        case .finish(let continuation): continuation.resume()
        }
    }

    private func connect(_ id: PoolStateMachine.ConnectionID) {
        let connection = PostgresConnection(name: "\(options.name)-\(id)") { [weak self] in
            self?.perform { machine in machine.lost(id, now: .now) }
        }
        state.withLock { $0.connections[id] = connection }
        let options = options.connection
        Task { [weak self] in
            do throws(PostgresError) {
                try await connection.open(options)
                self?.state.withLock { $0.lastFailure = nil }
                self?.perform { machine in machine.connected(id, now: .now, jitter: .random(in: 0...1)) }
            } catch {
                self?.state.withLock { state in
                    state.connections[id] = nil
                    state.lastFailure = error
                }
                self?.perform { machine in machine.connectFailed(id, now: .now, jitter: .random(in: 0...1)) }
            }
        }
    }

    private func wake(at instant: ContinuousClock.Instant) {
        let task = Task { [weak self] in
            do { try await Task.sleep(until: instant, clock: .continuous) } catch { return }
            self?.state.withLock { $0.timer = nil }
            self?.perform { machine in machine.tick(now: .now) }
        }
        // Events on two threads may get here in the wrong order. The earlier time is enough, since its tick plans anew.
        let needless: Task<Void, Never>? = state.withLock { state in
            guard !state.isFinished, state.timer.map({ instant < $0.instant }) ?? true else { return task }
            defer { state.timer = (instant, task) }
            return state.timer?.task
        }
        needless?.cancel()
    }
}
