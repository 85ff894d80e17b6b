import Threads

/// What an observer was told, for a test to look at.
final class Heard: Sendable {
    private let texts = Lock<[String]>([])

    func add(_ text: String) { texts.withLock { $0.append(text) } }

    var all: [String] { texts.withLock { $0 } }
}
