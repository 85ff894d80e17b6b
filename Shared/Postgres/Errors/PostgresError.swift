/// What went wrong, in terms a caller can act on.
///
/// It never carries the values of parameters or rows, since those may be personal data and errors are logged.
public struct PostgresError: Error, Sendable, Equatable {
    public enum Reason: Sendable, Equatable {
        /// No connection could be made.
        case connectionFailed
        /// The connection broke; whether the last transaction was committed is unknown.
        case connectionLost
        /// No connection of the pool became free in time, or too many wait already.
        case noConnectionFree
        /// The server refused a statement; `sqlState` says why.
        case server
        /// The statement ended because the task was cancelled.
        case cancelled
        /// The client gave up waiting for an answer; the session cannot be used any more, and whether the last
        /// transaction was committed is unknown.
        case timedOut
        /// The bytes do not fit the Swift type which was asked for.
        case decoding
        /// The connection or the pool has been closed by its owner.
        case closed
        /// The session was used in a way it does not allow.
        case misuse
    }

    public let reason: Reason
    public let message: String
    public let sqlState: SQLState?
    /// The constraint that was violated.
    public let constraint: String?
    /// The server's second sentence, where it cannot hold values of a row.
    public let detail: String?
    /// The server's advice, as "Check free disk space."
    public let hint: String?
    /// The name of the `Statement` that failed.
    public internal(set) var statement: String?
    /// Which request of a pipeline failed, from 0. `nil` outside of a pipeline and for an error at its commit.
    public internal(set) var requestIndex: Int?
    /// The session's prepared statement no longer fits the schema. It is prepared anew when it is next used.
    let isStalePlan: Bool

    public init(
        _ reason: Reason, _ message: String, sqlState: SQLState? = nil, constraint: String? = nil,
        detail: String? = nil, hint: String? = nil, statement: String? = nil
    ) {
        self.init(
            reason, message, sqlState: sqlState, constraint: constraint, detail: detail, hint: hint,
            statement: statement, isStalePlan: false)
    }

    init(
        _ reason: Reason, _ message: String, sqlState: SQLState?, constraint: String?, detail: String?, hint: String?,
        statement: String? = nil, isStalePlan: Bool
    ) {
        self.reason = reason
        self.message = message
        self.sqlState = sqlState
        self.constraint = constraint
        self.detail = detail
        self.hint = hint
        self.statement = statement
        self.isStalePlan = isStalePlan
    }

    /// Whether the same work may succeed when it is tried again, on a new connection if the
    /// session is broken. The work must be idempotent: see `connectionLost`.
    public var isRetryable: Bool {
        switch reason {
        case .connectionFailed, .connectionLost, .noConnectionFree, .timedOut: true
        case .server: isStalePlan || sqlState?.isTransient ?? false
        case .cancelled, .decoding, .closed, .misuse: false
        }
    }

    /// The same error, saying which statement it came from.
    func naming(_ statement: String?, at index: Int? = nil) -> PostgresError {
        var error = self
        error.statement = error.statement ?? statement
        error.requestIndex = error.requestIndex ?? index
        return error
    }
}

extension PostgresError: CustomStringConvertible {
    /// One line, for an operator: what happened, where, and what the server advises.
    public var description: String {
        var text = message
        if let sqlState { text += " [\(sqlState.code)]" }
        let place = [requestIndex.map { "request \($0)" }, statement].compactMap(\.self)
        if !place.isEmpty { text += " in " + place.joined(separator: ", ") }
        if let detail { text += "; \(detail)" }
        if let hint { text += "; \(hint)" }
        return text
    }
}
