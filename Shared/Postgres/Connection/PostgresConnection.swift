import Threads

/// A database session which lives on a thread of its own.
public actor PostgresConnection {
    private let executor: ThreadExecutor
    /// Called once, on the connection's thread, when the server has gone away; not after `close`.
    private let onLoss: @Sendable () -> Void
    private var session: Session?
    private var isClosed = false
    private var workNumber = 0
    var listeners = NotificationListeners()

    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// A connection yet to be opened.
    init(name: String, onLoss: @escaping @Sendable () -> Void = {}) {
        executor = ThreadExecutor(name: name)
        self.onLoss = onLoss
    }

    /// Connects; `conninfo` is a libpq connection string or URI.
    ///
    /// - Parameter name: the thread's, as `top` shows it.
    public static func connect(
        _ conninfo: String, name: String = "postgres"
    ) async throws(PostgresError) -> PostgresConnection {
        try await connect(Options(conninfo: conninfo), name: name)
    }

    /// Connects. The connection's own thread waits, nobody else's.
    public static func connect(
        _ options: Options, name: String = "postgres"
    ) async throws(PostgresError) -> PostgresConnection {
        let connection = PostgresConnection(name: name)
        try await connection.open(options)
        return connection
    }

    func open(_ options: Options) throws(PostgresError) {
        let session = try Session(options)
        watch(session.socket)
        self.session = consume session
    }

    public var isOpen: Bool { session?.isOpen ?? false }

    /// Ends the session. The thread ends when the last reference to the actor goes away.
    public func close() {
        isClosed = true
        session = nil
        listeners.finish()
    }

    /// Runs `body` on the connection's thread with the session to itself.
    ///
    /// `body` is synchronous, so no other task's statement can come between two of its own: a
    /// transaction needs no lock. If the task is cancelled, so is the statement that runs, and none is begun after it.
    ///
    /// A transaction that `body` leaves open is rolled back; if `body` had nothing else to complain of, that is an
    /// error, or its work would vanish without a word.
    ///
    /// - Throws: what `body` throws; `CancellationError` if the task was cancelled before it began; `PostgresError`.
    public func run<Value: Sendable>(
        _ body: sending (inout Session) throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        guard let canceller = session?.canceller else { throw closedError }
        workNumber += 1
        let number = workNumber
        canceller.begin(number)
        return try await withTaskCancellationHandler {
            try finish(lend(body), canceller.end())
        } onCancel: {
            canceller.cancel(number)
        }
    }

    /// Tidies up after a body, and says how it went.
    private func finish<Value>(_ result: Result<Value, any Error>, _ outcome: Canceller.Outcome) throws -> Value {
        let wasLeftOpen = settle(isCancelPending: outcome == .pending)
        do {
            let value = try result.get()
            guard !wasLeftOpen else { throw Self.leftOpenError }
            return value
        } catch let error as PostgresError where error.sqlState == .queryCanceled && outcome != .notCancelled {
            // The server uses one SQLSTATE for a cancel request and for `statement_timeout`.
            throw PostgresError(.cancelled, error.message, sqlState: error.sqlState, statement: error.statement)
        }
    }

    /// Lends the session to `body` and takes it back, with its time limit as it was.
    func lend<Value>(_ body: (inout Session) throws -> Value) -> Result<Value, any Error> {
        guard var session = session.take() else { return .failure(closedError) }
        let timeout = session.timeout
        let result = Result { try body(&session) }
        session.timeout = timeout
        self.session = consume session
        return result
    }

    /// Whether the server still answers.
    func isResponsive(within limit: Duration) -> Bool {
        let result = lend { session in
            session.timeout = limit
            // Unchecked: that the task is cancelled says nothing of the server.
            try session.executeUnchecked("")
        }
        if !isOpen { becomeLost() }
        if case .success = result { return true }
        return false
    }

    /// Makes the session ready for the next one to use it, and says whether a transaction had been left open.
    private func settle(isCancelPending: Bool) -> Bool {
        var wasLeftOpen = false
        _ = lend { session in
            if isCancelPending { session.breakOff() }
            wasLeftOpen = session.leaveTransaction()
        }
        if isOpen { deliverNotifications() } else { becomeLost() }
        return wasLeftOpen
    }

    /// What arrives while the connection idles: notifications, or the end.
    private func watch(_ socket: Int32) {
        // One shot; it is set again when what came has been read.
        executor.watch(socket) { [weak self] in
            Task { await self?.readWhileIdle() }
        }
    }

    private func readWhileIdle() {
        _ = lend { session in session.readInput() }
        deliverNotifications()
        guard let socket = session?.socket, isOpen else { return becomeLost() }
        watch(socket)
    }

    private func becomeLost() {
        guard session != nil else { return }
        session = nil
        listeners.finish()
        onLoss()
    }

    private var closedError: PostgresError {
        isClosed
            ? PostgresError(.closed, "the connection has been closed")
            : PostgresError(.connectionLost, "the connection was lost; make a new one")
    }

    private static let leftOpenError = PostgresError(
        .misuse, "a transaction was left open and has been rolled back: commit it, or use Session.transaction")
}
