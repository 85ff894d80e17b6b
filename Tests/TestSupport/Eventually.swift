public import Testing

/// A condition that did not come true in time.
public struct NeverHappened: Error, Equatable, CustomStringConvertible {
    public let description: String
}

/// Waits until a condition is true, and ends the test if it is not by the deadline.
///
/// A test waits for what it needs, not for time to pass: a pause is too short on a busy machine, and too long on all others.
/// - Parameters:
///   - what: the condition in words, for the message.
///   - limit: how long it may take on a slow and busy machine; a test that passes does not wait that long.
/// - Throws: `NeverHappened`, and what the condition throws.
public nonisolated(nonsending) func eventually(
    _ what: String = "the condition", within limit: Duration = .seconds(20),
    at place: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    try await eventually(what, becomes: true, within: limit, at: place, condition)
}

/// Waits until a value is the one expected, and ends the test, saying what it was last, if it is not by the deadline.
/// - Throws: `NeverHappened`, and what `value` throws.
public nonisolated(nonsending) func eventually<Value: Equatable>(
    _ what: String, becomes expected: Value, within limit: Duration = .seconds(20),
    at place: SourceLocation = #_sourceLocation, _ value: () async throws -> Value
) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    var pause = Duration.milliseconds(1)
    while true {
        let last = try await value()
        if last == expected { return }
        guard clock.now < deadline else {
            throw NeverHappened(
                description: "not within \(limit): \(what) (it is \(last), not \(expected)), "
                    + "at \(place.fileName):\(place.line)")
        }
        // Not longer, or a condition of some milliseconds would cost the test many.
        try await clock.sleep(for: pause)
        pause = min(pause * 2, .milliseconds(50))
    }
}
