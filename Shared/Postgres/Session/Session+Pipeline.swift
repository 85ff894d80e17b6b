import CLibpq
import Failpoints

extension Session {
    /// Runs the requests as one transaction in one round trip.
    ///
    /// No BEGIN or COMMIT is sent: what lies between two synchronisation points of the protocol
    /// is a transaction already. The server commits at the point, or has rolled all back if any
    /// request failed, and is never left in a failed transaction which wants a ROLLBACK.
    ///
    /// `receive` sees the results before the commit. They count only once this returns. A later request cannot use
    /// what an earlier one returns, since all are sent before the first answer is read.
    ///
    /// - Throws: the first error, with the request's index and its statement's name; `receive`'s own error. An error
    ///   of the commit itself (a deferred constraint) has neither index nor name. If `receive` throws, the transaction
    ///   is committed all the same when every request succeeded.
    public mutating func pipeline(
        _ requests: [Request], receive: (_ index: Int, _ result: borrowing QueryResult) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        // Before the pipeline: a preparation inside it would be lost to an error in front of it.
        for (index, request) in requests.enumerated() {
            do throws(PostgresError) {
                try prepare(request.statement, request.parameters)
            } catch {
                throw note(error, in: request.statement, at: index)
            }
        }
        try checkUsable()
        let firstError: PostgresError?
        do throws(PostgresError) {
            try send(requests)
            firstError = try receiveAll(requests, receive)
            try check(unsafe PQexitPipelineMode(connection))
        } catch {
            // Somewhere between two results: nobody could say whose answer comes next.
            breakOff()
            throw error
        }
        if let firstError { throw firstError }
    }

    private func send(_ requests: [Request]) throws(PostgresError) {
        try check(unsafe PQenterPipelineMode(connection))
        for (index, request) in requests.enumerated() {
            try send(request.statement, request.parameters)
            if index == 0 { try passFirst() }
        }
        try check(unsafe PQpipelineSync(connection))
    }

    /// What a process leaves behind that dies here is a transaction which the server has begun and rolls back.
    @inline(__always)
    private func passFirst() throws(PostgresError) {
        #if MUSTER_FAULTS
            unsafe PQflush(connection)
            Failpoint.afterFence.pass()
        #endif
    }

    /// The first error, once every answer has been read.
    private mutating func receiveAll(
        _ requests: [Request], _ receive: (_ index: Int, _ result: borrowing QueryResult) throws(PostgresError) -> Void
    ) throws(PostgresError) -> PostgresError? {
        var firstError: PostgresError?
        for (index, request) in requests.enumerated() {
            while let result = try nextResult() {
                // The requests after a failed one are answered by PGRES_PIPELINE_ABORTED.
                guard firstError == nil else { continue }
                do throws(PostgresError) {
                    if let error = result.error { throw error }
                    try receive(index, result)
                } catch {
                    firstError = note(error, in: request.statement, at: index)
                }
            }
        }
        // The commit; a deferred constraint, for one, fails only here.
        while isOpen {
            guard let result = try nextResult() else { continue }
            firstError = firstError ?? result.error
            if result.status == PGRES_PIPELINE_SYNC { return firstError }
        }
        throw firstError ?? failure()
    }
}
