import Threads

/// Counts delivery reports, and lets senders whose records do not fit into the queue wait for the next.
final class ReportCount: Sendable {
    private struct State {
        var count = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Lock(State())

    var count: Int { state.withLock { $0.count } }

    func increase() {
        let waiters = state.withLock { state in
            state.count += 1
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once more reports have come than `count`.
    ///
    /// Read the count before trying to add a record: then a report that came after the failed try is not missed, and
    /// if none came, the full queue has records whose reports are still to come.
    func waitForMore(than count: Int) async {
        await withCheckedContinuation { continuation in
            let hasMore = state.withLock { state in
                if state.count > count { return true }
                state.waiters.append(continuation)
                return false
            }
            if hasMore { continuation.resume() }
        }
    }
}
