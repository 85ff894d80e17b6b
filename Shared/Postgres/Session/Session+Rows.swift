import CLibpq

extension Session {
    /// Reads a large result row by row, as the server sends it, never holding more than one row.
    ///
    /// The rows are seen while the statement still runs: if it fails in the middle, those before have been seen. The
    /// session cannot be used for anything else meanwhile. If `body` throws, the statement is cancelled.
    ///
    ///     try session.forEachRow(allCases, as: UUID.self, String.self) { id, title in … }
    public mutating func forEachRow<each Value: PostgresValue>(
        _ statement: Statement, _ parameters: Parameters = Parameters(), as _: repeat (each Value).Type,
        body: (repeat each Value) throws -> Void
    ) throws {
        try start(statement, parameters)
        var firstError: (any Error)?
        do throws(PostgresError) {
            while let result = try nextResult() {
                // What still comes after an error is read, or it would be taken for a later statement's answer.
                guard firstError == nil else { continue }
                do {
                    if let error = result.error { throw error }
                    for index in 0..<result.rowCount {
                        try body(repeat each result.row(index, as: repeat (each Value).self))
                    }
                } catch {
                    firstError = (error as? PostgresError).map { note($0, in: statement) } ?? error
                    if result.error == nil { canceller.cancelOwnStatement() }
                }
            }
        } catch {
            throw note(error, in: statement)
        }
        if let firstError { throw firstError }
    }

    private mutating func start(_ statement: Statement, _ parameters: Parameters) throws(PostgresError) {
        do throws(PostgresError) {
            try prepare(statement, parameters)
            try send(statement, parameters)
            guard unsafe PQsetSingleRowMode(connection) == 1 else {
                defer { breakOff() }
                throw failure()
            }
        } catch {
            throw note(error, in: statement)
        }
    }
}
