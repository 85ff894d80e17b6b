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
        /// What does not answer now, by its name.
        var away: [String: String] = [:]
    }

    private let values = Lock(Values())

    /// A partition that needs an operator makes the whole replica unready, so that somebody looks.
    var now: State {
        values.withLock { values in
            guard values.state == .ready else { return values.state }
            if let away = values.away.sorted(by: { $0.key < $1.key }).first { return .waiting(away.value) }
            guard let first = values.blocked.first else { return .ready }
            return .waiting(
                "\(values.blocked.count) partitions, \(first) among them, belong to a topic that was made anew: "
                    + "see muster offsets")
        }
    }

    /// - Returns: whether it was another one.
    @discardableResult
    func set(_ new: State) -> Bool {
        values.withLock { values in
            defer { values.state = new }
            return values.state != new
        }
    }

    /// Says that something a service cannot work without does not answer, or with nil that it does again.
    func setAway(_ name: String, _ what: String?) { values.withLock { $0.away[name] = what } }

    /// The partitions whose stored position belongs to another making of their topic.
    func setBlocked(_ partitions: [String]) { values.withLock { $0.blocked = partitions } }
}
