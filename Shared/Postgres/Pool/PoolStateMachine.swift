/// Decides who gets which connection, and when one is made or closed. It does nothing itself: each event returns the
/// actions that `PostgresPool` carries out, and time and chance are handed in.
///
/// A connection is `connecting`, then in turn `idle` and `lent`, and from any of these `closing`; once closed it is
/// forgotten, and only then may another take its place, so there are never more than `size` at once. An event that no
/// longer fits the connection's state (lost, while it is closing) changes nothing.
struct PoolStateMachine {
    typealias Instant = ContinuousClock.Instant
    typealias ConnectionID = Int
    typealias WaiterID = Int

    struct Settings: Sendable {
        var size: Int
        var acquireTimeout: Duration
        var maximumWaiting: Int
        var maximumIdle: Duration
        var maximumAge: Duration
        var checkAfterIdle: Duration
        var backoff: PostgresPool.Backoff
    }

    enum Action: Equatable {
        /// - Parameter check: ask for a sign of life first.
        case lend(ConnectionID, to: WaiterID, check: Bool)
        case refuse(WaiterID, Refusal)
        case connect(ConnectionID)
        /// Call `closed` when that is done.
        case close(ConnectionID)
        /// Call `tick` at this time.
        case wake(at: Instant)
        /// The pool is closed and the last connection has gone.
        case finish
    }

    enum Refusal: Equatable {
        case timedOut, tooManyWaiting, closed
    }

    private enum Slot: Equatable {
        case connecting
        case idle(since: Instant, expires: Instant)
        case lent(expires: Instant)
        case closing
    }

    private struct Waiter {
        let id: WaiterID
        let deadline: Instant
    }

    let settings: Settings
    private var slots: [ConnectionID: Slot] = [:]
    /// The one used last is lent first, so that those which are not needed grow old.
    private var idle: [ConnectionID] = []
    /// First come, first served; all wait equally long, so the first is also the first to give up.
    private var waiters: [Waiter] = []
    private var lastConnection = 0
    /// Attempts to connect that failed since the last that did not.
    private var failures = 0
    private var retryAt: Instant?
    /// A connection was lost and none made since: one is made without demand, to know whether the server is there.
    private var wantsProof = false
    private var nextWake: Instant?
    private(set) var isClosed = false
    private var counters = PostgresPool.Statistics()

    init(_ settings: Settings) { self.settings = settings }

    /// Whether the last attempt to reach the server succeeded. True before the first.
    var isHealthy: Bool { !isClosed && failures == 0 }

    var statistics: PostgresPool.Statistics {
        var statistics = counters
        statistics.connecting = slots.values.count { $0 == .connecting }
        statistics.open = slots.values.count { $0 != .connecting && $0 != .closing }
        statistics.idle = idle.count
        statistics.waiting = waiters.count
        return statistics
    }
}

// MARK: Events

extension PoolStateMachine {
    /// Somebody wants a connection.
    mutating func acquire(_ waiter: WaiterID, now: Instant) -> [Action] {
        if isClosed { return [.refuse(waiter, .closed)] }
        if let id = idle.popLast(), case .idle(let since, let expires) = slots[id] {
            slots[id] = .lent(expires: expires)
            return [.lend(id, to: waiter, check: now - since >= settings.checkAfterIdle)]
        }
        guard waiters.count < settings.maximumWaiting else {
            counters.refusals += 1
            return [.refuse(waiter, .tooManyWaiting)]
        }
        waiters.append(Waiter(id: waiter, deadline: now + settings.acquireTimeout))
        return plan(now)
    }

    /// The one who waited has gone away. Says whether it waited still.
    mutating func abandon(_ waiter: WaiterID) -> Bool {
        guard let index = waiters.firstIndex(where: { $0.id == waiter }) else { return false }
        waiters.remove(at: index)
        return true
    }

    /// - Parameter jitter: from 0 to 1; keeps connections that were made together from growing old together.
    mutating func connected(_ id: ConnectionID, now: Instant, jitter: Double) -> [Action] {
        guard slots[id] == .connecting else { return [] }
        guard !isClosed else { return [close(id)] }
        failures = 0
        retryAt = nil
        wantsProof = false
        if counters.reconnects < counters.losses { counters.reconnects += 1 }
        let expires = now + settings.maximumAge * (0.9 + 0.1 * jitter)
        return [handOn(id, expires: expires, now: now)].compactMap(\.self) + plan(now)
    }

    mutating func connectFailed(_ id: ConnectionID, now: Instant, jitter: Double) -> [Action] {
        guard slots[id] == .connecting else { return [] }
        slots[id] = nil
        failures += 1
        counters.failedConnects += 1
        wantsProof = true
        retryAt = now + settings.backoff.delay(afterFailures: failures, jitter: jitter)
        return plan(now) + finishIfDrained()
    }

    /// The body that had the connection is done.
    mutating func released(_ id: ConnectionID, now: Instant) -> [Action] {
        guard case .lent(let expires) = slots[id] else { return [] }
        guard !isClosed, now < expires else { return [close(id)] + plan(now) }
        return [handOn(id, expires: expires, now: now)].compactMap(\.self) + plan(now)
    }

    /// The connection broke, whatever it was doing.
    mutating func lost(_ id: ConnectionID, now: Instant) -> [Action] {
        guard let slot = slots[id], slot != .closing else { return [] }
        idle.removeAll { $0 == id }
        counters.losses += 1
        wantsProof = true
        return [close(id)] + plan(now)
    }

    /// The connection is no more; its place is free.
    mutating func closed(_ id: ConnectionID, now: Instant) -> [Action] {
        guard slots[id] == .closing else { return [] }
        slots[id] = nil
        return plan(now) + finishIfDrained()
    }

    /// Time has passed.
    mutating func tick(now: Instant) -> [Action] {
        // Whatever woke us: what is due next is found anew below.
        nextWake = nil
        guard !isClosed else { return [] }
        var actions: [Action] = []
        while let first = waiters.first, first.deadline <= now {
            waiters.removeFirst()
            counters.refusals += 1
            actions.append(.refuse(first.id, .timedOut))
        }
        // The longest idle stands first.
        while let id = idle.first, case .idle(let since, let expires) = slots[id],
            since + settings.maximumIdle <= now || expires <= now
        {
            idle.removeFirst()
            actions.append(close(id))
        }
        return actions + plan(now)
    }

    /// Lends no more. What is lent is closed when it comes back.
    mutating func close() -> [Action] {
        guard !isClosed else { return [] }
        isClosed = true
        let actions = waiters.map { Action.refuse($0.id, .closed) } + idle.map { close($0) }
        waiters = []
        idle = []
        return actions + finishIfDrained()
    }
}

// MARK: Decisions

extension PoolStateMachine {
    private mutating func close(_ id: ConnectionID) -> Action {
        slots[id] = .closing
        return .close(id)
    }

    /// To the first who waits, or else it idles.
    private mutating func handOn(_ id: ConnectionID, expires: Instant, now: Instant) -> Action? {
        guard let waiter = waiters.first else {
            slots[id] = .idle(since: now, expires: expires)
            idle.append(id)
            return nil
        }
        waiters.removeFirst()
        slots[id] = .lent(expires: expires)
        return .lend(id, to: waiter.id, check: false)
    }

    /// Begins the connections that are wanted, and asks to be woken for what is due next.
    private mutating func plan(_ now: Instant) -> [Action] {
        if isClosed { return [] }
        var actions: [Action] = []
        for _ in 0..<wantedConnections(now) {
            lastConnection += 1
            slots[lastConnection] = .connecting
            actions.append(.connect(lastConnection))
        }
        if let next = nextEvent(now), nextWake.map({ next < $0 }) ?? true {
            nextWake = next
            actions.append(.wake(at: next))
        }
        return actions
    }

    private func wantedConnections(_ now: Instant) -> Int {
        let connecting = slots.values.count { $0 == .connecting }
        let wanted = max(waiters.count, wantsProof ? 1 : 0) - connecting
        let allowed = settings.size - slots.count
        guard failures > 0 else { return max(0, min(wanted, allowed)) }
        // While the server is away one attempt at a time is enough, or its first moments would be a storm.
        guard connecting == 0, retryAt.map({ $0 <= now }) ?? true else { return 0 }
        return max(0, min(wanted, allowed, 1))
    }

    private func nextEvent(_ now: Instant) -> Instant? {
        var times = [waiters.first?.deadline]
        if let first = idle.first, case .idle(let since, let expires) = slots[first] {
            times.append(min(since + settings.maximumIdle, expires))
        }
        if failures > 0, let retryAt, retryAt > now { times.append(retryAt) }
        return times.compactMap(\.self).min()
    }

    private func finishIfDrained() -> [Action] { isClosed && slots.isEmpty ? [.finish] : [] }
}
