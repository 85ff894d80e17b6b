import CLibpq
import Glibc

/// Waiting for the server and reading what it answers.
extension Session {
    /// Reads up to the end of the current command. The last result counts, or the first error.
    mutating func finalResult() throws(PostgresError) -> QueryResult {
        var last: QueryResult?
        var firstError: PostgresError?
        while let result = try nextResult() {
            firstError = firstError ?? result.error
            let status = result.status
            last = consume result
            // In a COPY the "next result" is the same one, again and again.
            if status == PGRES_COPY_IN { break }
            if status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH {
                breakOff()
                throw PostgresError(.misuse, "COPY TO STDOUT is not supported: use forEachRow")
            }
        }
        if let firstError { throw firstError }
        guard let last else { throw failure() }
        return last
    }

    /// The next result, or `nil` where libpq marks the end of a command.
    mutating func nextResult() throws(PostgresError) -> QueryResult? {
        try waitForResult()
        guard let pointer = unsafe PQgetResult(connection) else { return nil }
        return unsafe QueryResult(owning: pointer)
    }

    private mutating func waitForResult() throws(PostgresError) {
        let deadline = ContinuousClock.now + timeout
        // A broken connection has no socket left to wait for; PQgetResult tells the rest.
        while isOpen {
            // A failed write is no reason to stop: the server's last words may wait to be read.
            let isUnsent = unsafe PQflush(connection) == 1
            if !isUnsent, unsafe PQisBusy(connection) == 0 { return }
            try wait(for: isUnsent ? POLLIN | POLLOUT : POLLIN, until: deadline)
            _ = unsafe PQconsumeInput(connection)
        }
    }

    /// Waits for the socket, at most until the deadline.
    mutating func wait(for events: Int32, until deadline: ContinuousClock.Instant) throws(PostgresError) {
        // After a FATAL libpq has no socket, and `poll` ignores an entry with a negative descriptor.
        guard socket >= 0 else { throw failure() }
        var entry = pollfd(fd: socket, events: Int16(events), revents: 0)
        let milliseconds = (deadline - .now) / .milliseconds(1)
        guard unsafe poll(&entry, 1, Int32(max(0, milliseconds.rounded(.up)))) != 0 else {
            breakOff()
            // Or it would run on, unseen, and perhaps commit.
            canceller.cancelAbandonedStatement()
            throw PostgresError(
                .timedOut, "no answer within \(timeout); look in pg_stat_activity for what the server is doing")
        }
    }

    /// Reads what the server has sent of its own accord, without waiting.
    mutating func readInput() {
        _ = unsafe PQconsumeInput(connection)
    }
}
