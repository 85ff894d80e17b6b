import CLibpq

extension Session {
    /// Whether a transaction is open in which statements can still succeed.
    public var isInTransaction: Bool { unsafe PQtransactionStatus(connection) == PQTRANS_INTRANS }

    /// Runs `body` between BEGIN and COMMIT, and rolls back if it throws.
    ///
    /// For work that needs an answer before it can send the next statement. Where it does not, a single statement or
    /// `pipeline` is as atomic and saves two round trips.
    ///
    /// - Throws: what `body` throws; `misuse` if `body` went on after a failed statement, since then nothing was
    ///   committed.
    public mutating func transaction<Value>(_ body: (inout Session) throws -> Value) throws -> Value {
        guard unsafe PQtransactionStatus(connection) == PQTRANS_IDLE else {
            throw PostgresError(.misuse, "a transaction is open already")
        }
        try execute("begin")
        do {
            let value = try body(&self)
            try commit()
            return value
        } catch {
            _ = leaveTransaction()
            throw error
        }
    }

    /// The server answers the COMMIT of a failed transaction with success, and rolls back.
    private mutating func commit() throws(PostgresError) {
        switch unsafe PQtransactionStatus(connection) {
        case PQTRANS_INTRANS: break
        case PQTRANS_INERROR:
            throw PostgresError(.misuse, "a statement failed, its error was dropped, and all has been rolled back")
        default:
            throw PostgresError(isOpen ? .misuse : .connectionLost, "the transaction ended before its COMMIT")
        }
        try execute("commit")
    }

    /// Rolls back what is open, and says whether anything was. A session in the middle of something else is given up.
    mutating func leaveTransaction() -> Bool {
        guard isOpen else { return false }
        if unsafe PQpipelineStatus(connection) != PQ_PIPELINE_OFF { breakOff() }
        switch unsafe PQtransactionStatus(connection) {
        case PQTRANS_IDLE: return false
        case PQTRANS_INTRANS, PQTRANS_INERROR:
            do throws(PostgresError) { try executeUnchecked("rollback") } catch { breakOff() }
        default: breakOff()
        }
        return true
    }
}
