import Threads

/// Whether a service can do its work, and what it waits for.
final class Readiness: Sendable {
    enum State: Sendable, Equatable {
        case waiting(String)
        case ready
        case stopping
    }

    private struct Values {
        var state = State.waiting("starting")
        var blocked: [String] = []
    }

    private let values = Lock(Values())

    /// A partition that needs an operator makes the whole replica unready, so that somebody looks.
    var now: State {
        values.withLock { values in
            guard values.state == .ready, let first = values.blocked.first else { return values.state }
            return .waiting(
                "\(values.blocked.count) partitions, \(first) among them, belong to a topic that was made anew: "
                    + "see muster offsets")
        }
    }

    func set(_ new: State) { values.withLock { $0.state = new } }

    /// The partitions whose stored position belongs to another making of their topic.
    func setBlocked(_ partitions: [String]) { values.withLock { $0.blocked = partitions } }
}
