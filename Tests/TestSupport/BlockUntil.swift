import Glibc
public import Testing

/// Blocks the thread until a condition is true, and throws if it is not by the deadline: `eventually` for a thread of one's own.
/// Never call it from a task: it would hold one of the few threads that all tasks share.
/// - Throws: `NeverHappened`, and what the condition throws.
public func blockUntil(
    _ what: String, within limit: Duration = .seconds(20), at place: SourceLocation = #_sourceLocation,
    _ condition: () throws -> Bool
) throws {
    let deadline = ContinuousClock.now + limit
    while try !condition() {
        guard ContinuousClock.now < deadline else {
            throw NeverHappened(description: "not within \(limit): \(what), at \(place.fileName):\(place.line)")
        }
        // As short as is no burden, since nothing wakes us when the condition comes true.
        usleep(500)
    }
}
