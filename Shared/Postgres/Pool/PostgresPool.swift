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
    private struct State {
        var machine: PoolStateMachine
        var connections: [PoolStateMachine.ConnectionID: PostgresConnection] = [:]
        var waiting: [PoolStateMachine.WaiterID: CheckedContinuation<Result<Lease, PostgresError>, Never>] = [:]
        var closing: [CheckedContinuation<Void, Never>] = []
        var isFinished = false
        var lastWaiter = 0
        var lastFailure: PostgresError?
    }

    private struct Lease {
        let id: PoolStateMachine.ConnectionID
        let connection: PostgresConnection
        let check: Bool
    }

    public let options: Options
    private let state: Lock<State>

    public init(_ options: Options) {
        self.options = options
        state = Lock(State(machine: PoolStateMachine(options.stateMachine)))
    }

    /// Whether the last attempt to reach the server succeeded; true before the first, false once closed.
    public var isHealthy: Bool { state.withLock { $0.machine.isHealthy } }

    public var statistics: Statistics { state.withLock { $0.machine.statistics } }

    /// Lends a connection to `body`, which runs on the connection's own thread; see `PostgresConnection.run`.
    ///
    /// - Throws: what `body` throws; `CancellationError` if the task is cancelled before `body` begins;
    ///   `PostgresError`, with `noConnectionFree` if none became free in time.
    public func run<Value: Sendable>(
        _ body: sending (inout Session) throws -> Value
    ) async throws -> Value {
        let lease = try await checkedLease()
        defer { perform { machine in machine.released(lease.id, now: .now) } }
        return try await lease.connection.run(body)
    }

    /// Refuses new work and waits until what is lent has come back and is closed.
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
    /// A connection that has given a sign of life, if it had been idle for long.
    private func checkedLease() async throws -> Lease {
        while true {
            let lease = try await lease()
            guard lease.check, await !lease.connection.isResponsive(within: options.checkTimeout) else { return lease }
            perform { machine in machine.lost(lease.id, now: .now) }
        }
    }

    private func lease() async throws -> Lease {
        try Task.checkCancellation()
        let waiter = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { $0.waiting[waiter] = continuation }
                perform { machine in machine.acquire(waiter, now: .now) }
                // A cancellation before the line above found nobody to cancel.
                if Task.isCancelled { abandon(waiter) }
            }
        } onCancel: {
            abandon(waiter)
        }
        switch result {
        case .success(let lease): return lease
        case .failure(let error) where error.reason == .cancelled: throw CancellationError()
        case .failure(let error): throw error
        }
    }

    private func abandon(_ waiter: PoolStateMachine.WaiterID) {
        let continuation = state.withLock { state in
            state.machine.abandon(waiter) ? state.waiting.removeValue(forKey: waiter) : nil
        }
        continuation?.resume(returning: .failure(PostgresError(.cancelled, "cancelled while waiting for a connection")))
    }
}

// MARK: Actions

extension PostgresPool {
    /// What is left to do outside of the lock.
    private enum Effect: Sendable {
        case resume(CheckedContinuation<Result<Lease, PostgresError>, Never>, Result<Lease, PostgresError>)
        case connect(PoolStateMachine.ConnectionID)
        case close(PostgresConnection)
        case wake(at: ContinuousClock.Instant)
        case finish(CheckedContinuation<Void, Never>)
    }

    private func perform(_ event: (inout PoolStateMachine) -> [PoolStateMachine.Action]) {
        let due = state.withLock { state in
            let actions = event(&state.machine)
            return actions.flatMap { effects(of: $0, in: &state) }
        }
        for effect in due { run(effect) }
    }

    private func effects(of action: PoolStateMachine.Action, in state: inout State) -> [Effect] {
        switch action {
        case .lend(let id, let waiter, let check):
            guard let continuation = state.waiting.removeValue(forKey: waiter), let connection = state.connections[id]
            else { return [] }
            return [.resume(continuation, .success(Lease(id: id, connection: connection, check: check)))]
        case .refuse(let waiter, let refusal):
            guard let continuation = state.waiting.removeValue(forKey: waiter) else { return [] }
            return [.resume(continuation, .failure(error(for: refusal, state)))]
        case .connect(let id): return [.connect(id)]
        case .close(let id): return state.connections.removeValue(forKey: id).map { [.close($0)] } ?? []
        case .wake(let instant): return [.wake(at: instant)]
        case .finish:
            state.isFinished = true
            defer { state.closing = [] }
            return state.closing.map { .finish($0) }
        }
    }

    private func run(_ effect: Effect) {
        switch effect {
        case .resume(let continuation, let result): continuation.resume(returning: result)
        case .connect(let id): connect(id)
        case .close(let connection): Task { await connection.close() }
        case .wake(let instant):
            Task { [weak self] in
                try? await Task.sleep(until: instant, clock: .continuous)
                self?.perform { machine in machine.tick(now: .now) }
            }
        case .finish(let continuation): continuation.resume()
        }
    }

    private func connect(_ id: PoolStateMachine.ConnectionID) {
        let (options, name) = (options.connection, "\(options.name)-\(id)")
        Task { [weak self] in
            do throws(PostgresError) {
                let connection = try await PostgresConnection.connect(options, name: name) { [weak self] in
                    self?.perform { machine in machine.lost(id, now: .now) }
                }
                self?.connected(id, connection)
            } catch {
                self?.connectFailed(id, error)
            }
        }
    }

    private func connected(_ id: PoolStateMachine.ConnectionID, _ connection: PostgresConnection) {
        state.withLock { state in
            state.connections[id] = connection
            state.lastFailure = nil
        }
        perform { machine in machine.connected(id, now: .now, jitter: .random(in: 0...1)) }
    }

    private func connectFailed(_ id: PoolStateMachine.ConnectionID, _ error: PostgresError) {
        state.withLock { $0.lastFailure = error }
        perform { machine in machine.connectFailed(id, now: .now, jitter: .random(in: 0...1)) }
    }

    private func error(for refusal: PoolStateMachine.Refusal, _ state: State) -> PostgresError {
        let (size, waiting) = (options.size, state.machine.statistics.waiting)
        switch refusal {
        case .closed: return PostgresError(.closed, "the pool \(options.name) has been closed")
        case .tooManyWaiting:
            return PostgresError(.noConnectionFree, "\(waiting) already wait for a connection of \(options.name)")
        case .timedOut:
            let cause =
                state.lastFailure.map { "the server cannot be reached: \($0.message)" }
                ?? "all \(size) are in use; look for slow statements in pg_stat_activity, or raise the pool's size"
            return PostgresError(
                .noConnectionFree, "no connection of \(options.name) within \(options.acquireTimeout): \(cause)")
        }
    }
}
