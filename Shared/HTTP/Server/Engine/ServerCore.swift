import Synchronization
import Threads

/// What all callbacks of one daemon share; libmicrohttpd carries a pointer to it.
final class ServerCore: Sendable {
    let settings: Server.Settings
    let router: Router
    let clock = CoarseClock()

    /// Handlers at work, counted from their start until their task has ended.
    let handlers: Budget
    /// Bytes of bodies whose requests are not answered yet.
    let bodies: Budget
    /// Answers without an end of their own.
    let streams: Budget

    private let connections = Lock<[ObjectIdentifier: Connection]>([:])
    private let draining = Atomic<Bool>(false)
    private let closing = Atomic<Bool>(false)

    init(_ settings: Server.Settings, _ router: Router) {
        self.settings = settings
        self.router = router
        handlers = Budget(settings.maxInFlight)
        bodies = Budget(settings.bodyMemory)
        streams = Budget(settings.maxStreams)
    }

    // MARK: Connections

    func opened(socket: Int32) -> Connection {
        let connection = Connection(socket: socket, clock: clock, within: settings.headerTimeout)
        connections.withLock { $0[ObjectIdentifier(connection)] = connection }
        return connection
    }

    func closed(_ connection: Connection) {
        connection.closed()
        _ = connections.withLock { $0.removeValue(forKey: ObjectIdentifier(connection)) }
    }

    var openConnections: Int { connections.withLock { $0.count } }

    /// Connections with a request that is not answered to its last byte.
    var busyConnections: Int { snapshot().count { $0.isBusy } }

    func sweep() {
        clock.tick()
        for connection in snapshot() { connection.sweep() }
    }

    private func snapshot() -> [Connection] { connections.withLock { Array($0.values) } }

    // MARK: Closing

    /// Whether something is still under way that a stop should wait for.
    var isBusy: Bool { busyConnections + handlers.inUse > 0 }
    var isDraining: Bool { draining.load(ordering: .relaxed) }
    var isClosing: Bool { closing.load(ordering: .sequentiallyConsistent) }

    /// From now on each answer asks its client to leave. Streams end, since they would not do so by themselves.
    func drain() {
        draining.store(true, ordering: .relaxed)
        for connection in snapshot() { connection.endStream() }
    }

    /// From now on no handler starts, so no connection is suspended any more.
    func close() { closing.store(true, ordering: .sequentiallyConsistent) }

    /// Answers what is under way with 503.
    func expireAll() {
        for connection in snapshot() { connection.expire() }
    }

    func abortAll() {
        for connection in snapshot() { connection.abort() }
    }
}
