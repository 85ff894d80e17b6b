import Threads
import CLibpq

/// A database session which lives on a thread of its own.
public actor PostgresConnection {
    private let executor: ThreadExecutor
    private var session: Session?
    private var canceller: Canceller?
    private var workNumber = 0
    private var listeners: [String: AsyncStream<PostgresNotification>.Continuation] = [:]

    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private init(name: String) { executor = ThreadExecutor(name: name) }

    /// Connects; `conninfo` is a libpq connection string or URI.
    public static func connect(_ conninfo: String, name: String = "postgres") async throws(PostgresError) -> PostgresConnection {
        let connection = PostgresConnection(name: name)
        try await connection.open(conninfo)
        return connection
    }

    private func open(_ conninfo: String) throws(PostgresError) {
        let session = try Session(connectingTo: conninfo)
        canceller = Canceller(session)
        self.session = consume session
    }

    public var isOpen: Bool { session?.isOpen ?? false }

    /// Ends the session. The thread ends when the last reference to the actor goes away.
    public func close() {
        session = nil
        for listener in listeners.values { listener.finish() }
        listeners = [:]
    }

    /// Runs `body` on the connection's thread with the session to itself.
    ///
    /// `body` is synchronous, so no other task's statement can come between two of its own: a
    /// transaction needs no lock. If the task is cancelled, so is the statement that runs.
    public func run<Value: Sendable>(
        _ body: sending (inout Session) throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        guard session != nil, let canceller else { throw PostgresError(.misuse, "the connection is closed") }
        workNumber += 1
        let number = workNumber
        canceller.begin(number)
        let result = await withTaskCancellationHandler {
            Result { try body(&session!) }
        } onCancel: {
            canceller.cancel(number)
        }
        let wasCancelled = canceller.end()
        deliverNotifications()
        do {
            return try result.get()
        } catch let error as PostgresError where error.sqlState == .queryCanceled && wasCancelled {
            // The server uses one SQLSTATE for a cancel request and for `statement_timeout`.
            throw PostgresError(.cancelled, error.message, sqlState: error.sqlState)
        }
    }

    /// The notifications on a channel, from now on. They arrive also while the connection idles.
    public func notifications(on channel: String) throws(PostgresError) -> AsyncStream<PostgresNotification> {
        guard session != nil else { throw PostgresError(.misuse, "the connection is closed") }
        try session!.listen(to: channel)
        let (stream, continuation) = AsyncStream.makeStream(of: PostgresNotification.self)
        listeners[channel] = continuation
        deliverNotifications()
        return stream
    }

    /// Hands out what has arrived, and lets the idle thread watch the socket for more.
    private func deliverNotifications() {
        guard !listeners.isEmpty, session != nil else { return }
        while let notification = session!.nextNotification() {
            listeners[notification.channel]?.yield(notification)
        }
        guard isOpen, let socket = session?.socket else { return close() }
        executor.watch(socket) { [weak self] in
            Task { await self?.deliverNotifications() }
        }
    }
}
