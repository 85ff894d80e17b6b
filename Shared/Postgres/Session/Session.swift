import CLibpq
import Glibc

/// One server session: a libpq connection with a single owner. Every call blocks its thread.
///
/// It is neither copyable nor Sendable, so that the compiler proves what libpq demands: one
/// thread at a time. Code which must not block gets at it through `PostgresConnection.run` or `PostgresPool.run`.
@safe
public struct Session: ~Copyable {
    let connection: OpaquePointer
    let canceller: Canceller
    var prepared = PreparedStatements()
    /// Set by `use`.
    var plans = PlanReuse.weighed
    private var isBrokenOff = false

    /// The longest wait for one answer of the server. It bounds the wait for a host which has vanished, and costs the
    /// session; to bound a statement's run time, set `statement_timeout`, which the server enforces.
    public var timeout: Duration

    /// Connects; `conninfo` is a libpq connection string or URI.
    public init(connectingTo conninfo: String) throws(PostgresError) {
        try self.init(PostgresConnection.Options(conninfo: conninfo))
    }

    public init(_ options: PostgresConnection.Options) throws(PostgresError) {
        let settings = try options.settings()
        let connection = unsafe withCStrings(settings.map(\.keyword)) { keywords in
            unsafe withCStrings(settings.map(\.value)) { values in
                unsafe PQconnectdbParams(keywords, values, 1)
            }
        }
        guard let connection = unsafe connection, unsafe PQstatus(connection) == CONNECTION_OK else {
            defer { unsafe PQfinish(connection) }
            throw PostgresError(.connectionFailed, unsafe String(cString: PQerrorMessage(connection)).onOneLine)
        }
        unsafe self.connection = connection
        unsafe canceller = Canceller(connection)
        timeout = options.answerTimeout
        // Non-blocking, because only then can a wait have a time limit, and a pipeline cannot
        // deadlock with both sides stuck in sending. The waiting is done by `poll` instead.
        _ = unsafe PQsetnonblocking(connection, 1)
        // libpq would print notices to standard error.
        _ = unsafe PQsetNoticeReceiver(connection, { _, _ in }, nil)
    }

    deinit { unsafe PQfinish(connection) }

    /// Whether the session can still be used.
    public var isOpen: Bool { unsafe !isBrokenOff && PQstatus(connection) == CONNECTION_OK }

    var socket: Int32 { unsafe PQsocket(connection) }

    /// Runs one or more statements without parameters, and drops their results.
    ///
    /// Several statements in one text are one transaction, unless the text itself begins and commits.
    public mutating func execute(_ sql: String) throws(PostgresError) {
        try checkUsable()
        try executeUnchecked(sql)
    }

    /// Also after a cancellation, which a ROLLBACK must survive.
    mutating func executeUnchecked(_ sql: String) throws(PostgresError) {
        try check(unsafe PQsendQuery(connection, sql))
        let status = try finalResult().status
        guard status != PGRES_COPY_IN else {
            breakOff()
            throw PostgresError(.misuse, "COPY FROM STDIN needs copyIn")
        }
    }

    /// Runs a statement, which the session prepares when it first meets it.
    @discardableResult
    public mutating func query(
        _ statement: Statement, _ parameters: Parameters = Parameters()
    ) throws(PostgresError) -> QueryResult {
        do throws(PostgresError) {
            try prepare(statement, parameters)
            try send(statement, parameters)
            return try finalResult()
        } catch {
            throw note(error, in: statement)
        }
    }

    /// Throws unless a statement may be sent: the session is open and its task is not cancelled.
    func checkUsable() throws(PostgresError) {
        guard isOpen else { throw PostgresError(.connectionLost, "the connection was lost; make a new one") }
        guard !Task.isCancelled else { throw PostgresError(.cancelled, "the task was cancelled") }
    }

    /// Throws unless the libpq function answered 1, which to most of them is success.
    func check(_ answer: Int32) throws(PostgresError) {
        guard answer == 1 else { throw failure() }
    }

    /// Makes sure that nothing more is sent or read. What is still on its way would else be taken for the answer to a
    /// later statement.
    mutating func breakOff() {
        isBrokenOff = true
        // The server notices at the latest when it answers.
        _ = shutdown(socket, Int32(SHUT_RDWR))
    }

    /// The error for a libpq call which failed without a result.
    func failure() -> PostgresError {
        PostgresError(isOpen ? .misuse : .connectionLost, unsafe String(cString: PQerrorMessage(connection)).onOneLine)
    }
}

/// Lends strings as C's arrays of strings, which a null pointer ends.
private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
    let copies = unsafe strings.map { unsafe strdup($0) }
    defer { unsafe copies.forEach { unsafe free($0) } }
    let pointers = unsafe copies.map { unsafe UnsafePointer<CChar>($0) } + [nil]
    return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
}
