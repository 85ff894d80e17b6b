import Threads
import CLibpq
import Dispatch
import Synchronization

/// Cancels what a session is doing, from any thread.
///
/// A cancel request names a session, not a statement, and reaches the server on a connection of
/// its own. Sent late, it would kill the next statement, which belongs to someone else. So each
/// piece of work gets a number, and `end` waits for a request which is already on its way.
final class Canceller: Sendable {
    private struct State {
        var current = 0
        var isCancelled = false
    }

    private let state = Lock(State())
    private let handle: CancelHandle

    init(_ session: borrowing Session) { handle = CancelHandle(session) }

    func begin(_ number: Int) {
        state.withLock { $0 = State(current: number) }
    }

    /// Ends the work, and says whether it was cancelled.
    func end() -> Bool {
        state.withLock { state in
            defer { state = State() }
            return state.isCancelled
        }
    }

    /// Asks the server to cancel the work, if it is still running.
    ///
    /// Not on the caller's thread: a cancellation handler must not block, and PQcancel makes a
    /// connection. The lock is held meanwhile on purpose; that is what `end` waits for.
    func cancel(_ number: Int) {
        DispatchQueue.global().async { [self] in
            state.withLock { state in
                guard state.current == number else { return }
                state.isCancelled = true
                handle.cancel()
            }
        }
    }
}

/// An owned PGcancel: a copy of the session's address and secret key, which never changes.
@safe
private struct CancelHandle: ~Copyable, Sendable {
    nonisolated(unsafe) private let pointer: OpaquePointer?

    init(_ session: borrowing Session) { unsafe pointer = PQgetCancel(session.connection) }

    deinit { unsafe PQfreeCancel(pointer) }

    borrowing func cancel() {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
            // If it fails, the statement goes on; `statement_timeout` is the net below.
            _ = unsafe PQcancel(pointer, message.baseAddress, Int32(message.count))
        }
    }
}
