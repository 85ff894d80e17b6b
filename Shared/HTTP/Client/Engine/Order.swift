import Threads

/// A request on its way from the caller's task to the client's thread, and the place its answer goes to.
final class Order: Sendable {
    typealias Answer = Result<Client.Response, any Error>

    private enum State {
        case open(CheckedContinuation<Client.Response, any Error>?)
        case answered(Answer)
        case delivered
    }

    let request: Client.Request
    private let state = Lock(State.open(nil))

    init(_ request: Client.Request) { self.request = request }

    /// False once cancelled: a cancellation may come in before the request itself.
    var isOpen: Bool {
        state.withLock { state in
            if case .open = state { return true }
            return false
        }
    }

    /// The first answer counts, whether libcurl's or a cancellation's.
    func answer(_ answer: Answer) {
        let waiting = state.withLock { state -> CheckedContinuation<Client.Response, any Error>? in
            guard case .open(let waiting) = state else { return nil }
            state = waiting == nil ? .answered(answer) : .delivered
            return waiting
        }
        waiting?.resume(with: answer)
    }

    /// Once.
    func wait() async throws -> Client.Response {
        try await withCheckedThrowingContinuation { continuation in
            let early = state.withLock { state -> Answer? in
                guard case .answered(let answer) = state else {
                    state = .open(continuation)
                    return nil
                }
                state = .delivered
                return answer
            }
            if let early { continuation.resume(with: early) }
        }
    }
}
