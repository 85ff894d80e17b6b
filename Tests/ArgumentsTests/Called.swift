import Threads

/// Notes what was called, in order.
final class Called: Sendable {
    private let calls = Lock<[String]>([])
    var all: [String] { calls.withLock { $0 } }
    func add(_ call: String) { calls.withLock { $0.append(call) } }
}
