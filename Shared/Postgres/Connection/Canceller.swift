import CLibpq
import Dispatch
import Glibc
import Threads

/// Cancels what a session is doing, from any thread.
///
/// A cancel request names a session, not a statement, and reaches the server on a connection of
/// its own. Sent late, it would kill the next statement, which belongs to someone else. So each
/// piece of work gets a number, and `end` waits for a request which is already on its way.
///
/// Sent early, between two statements, it does nothing. So it is sent again while the work goes on.
final class Canceller: Sendable {
    private struct State {
        /// The work that runs now; 0 for none.
        var current = 0
        var isCancelled = false
        /// Signalled when the request on its way has reached the server.
        var request: DispatchSemaphore?
    }

    enum Outcome: Equatable {
        case notCancelled, cancelled
        /// A request is still on its way and may hit whatever the session does next: it must do nothing more.
        case pending
    }

    private static let secondsToWait = 2
    private static let microsecondsBetweenRequests: UInt32 = 100_000

    private let state = Lock(State())
    private let handle: CancelHandle

    init(_ connection: OpaquePointer) { unsafe handle = CancelHandle(connection) }

    func begin(_ number: Int) {
        state.withLock { $0 = State(current: number) }
    }

    /// Ends the work: when this returns, no request can reach it or anything after it, except if it is `pending`.
    func end() -> Outcome {
        let (isCancelled, request) = state.withLock { state in
            defer { state = State() }
            return (state.isCancelled, state.request)
        }
        if let request, request.wait(timeout: .now() + .seconds(Self.secondsToWait)) == .timedOut { return .pending }
        return isCancelled ? .cancelled : .notCancelled
    }

    /// Asks the server to cancel the work, until it has ended.
    ///
    /// Not on the caller's thread: a cancellation handler must not block, and PQcancel makes a connection. Not on a
    /// shared thread either: one server which does not answer would hold up the cancellations of all others.
    func cancel(_ number: Int) {
        let isFirst = state.withLock { state in
            guard state.current == number, !state.isCancelled else { return false }
            state.isCancelled = true
            return true
        }
        guard isFirst else { return }
        SystemThread(name: "postgres-cancel") { [self] in
            while request(number) { usleep(Self.microsecondsBetweenRequests) }
        }.detach()
    }

    /// Sends one request, unless the work has ended.
    private func request(_ number: Int) -> Bool {
        let done = DispatchSemaphore(value: 0)
        let isRunning = state.withLock { state in
            guard state.current == number else { return false }
            state.request = done
            return true
        }
        guard isRunning else { return false }
        handle.cancel()
        state.withLock { state in
            if state.current == number { state.request = nil }
        }
        done.signal()
        return true
    }

    /// Asks the server once to cancel what the session is doing; for the session's own thread, which then reads on
    /// until the statement has ended.
    func cancelOwnStatement() { handle.cancel() }

    /// Asks the server to cancel what a session does that nobody will use again. Nothing waits for that.
    func cancelAbandonedStatement() {
        SystemThread(name: "postgres-cancel") { [self] in handle.cancel() }.detach()
    }
}

/// An owned PGcancel: a copy of the session's address and secret key, which never changes.
@safe
private struct CancelHandle: ~Copyable, Sendable {
    nonisolated(unsafe) private let pointer: OpaquePointer?

    init(_ connection: OpaquePointer) { unsafe pointer = PQgetCancel(connection) }

    deinit { unsafe PQfreeCancel(pointer) }

    borrowing func cancel() {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
            // If it fails, the statement goes on; `statement_timeout` is the net below.
            _ = unsafe PQcancel(pointer, message.baseAddress, Int32(message.count))
        }
    }
}
