import Threads

/// Whether a service can do its work, and what it waits for.
final class Readiness: Sendable {
    enum State: Sendable, Equatable {
        case waiting(String)
        case ready
        case stopping
    }

    private let state = Lock(State.waiting("starting"))

    var now: State { state.withLock { $0 } }
    func set(_ new: State) { state.withLock { $0 = new } }
}
