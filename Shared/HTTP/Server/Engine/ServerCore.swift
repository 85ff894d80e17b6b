import Synchronization
import Threads

/// What all callbacks of one daemon share; libmicrohttpd carries a pointer to it.
final class ServerCore: Sendable {
    let settings: Server.Settings
    let router: Router
    let clock = CoarseClock()
    private let connections = Lock<[ObjectIdentifier: Connection]>([:])
    private let exchanges = Atomic<Int>(0)
    private let draining = Atomic<Bool>(false)
    private let closing = Atomic<Bool>(false)

    init(_ settings: Server.Settings, _ router: Router) {
        self.settings = settings
        self.router = router
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

    func sweep() {
        clock.tick()
        for connection in snapshot() { connection.sweep(writeTimeout: settings.writeTimeout) }
    }

    func abortAll() {
        for connection in snapshot() { connection.abort() }
    }

    private func snapshot() -> [Connection] { connections.withLock { Array($0.values) } }

    // MARK: Closing

    /// Handlers under way, counted from their start until their task has ended.
    var exchangesUnderWay: Int { exchanges.load(ordering: .sequentiallyConsistent) }
    /// Connections with a request that is not answered to its last byte.
    var busyConnections: Int { snapshot().count { $0.isBusy } }
    var isDraining: Bool { draining.load(ordering: .relaxed) }
    var isClosing: Bool { closing.load(ordering: .sequentiallyConsistent) }

    /// False when too many handlers are at work; else counts one more, until `exchangeEnded`.
    func admit() -> Bool {
        let (_, count) = exchanges.add(1, ordering: .sequentiallyConsistent)
        guard count > settings.maxInFlight else { return true }
        exchangeEnded()
        return false
    }
    func exchangeEnded() { exchanges.subtract(1, ordering: .sequentiallyConsistent) }

    /// From now on each answer asks its client to leave. Streams end, since they would not do so by themselves.
    func drain() {
        draining.store(true, ordering: .relaxed)
        for connection in snapshot() { connection.endStream() }
    }
    /// From now on no handler starts, so no connection is suspended any more.
    func close() { closing.store(true, ordering: .sequentiallyConsistent) }
}
