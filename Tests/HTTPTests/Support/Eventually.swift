import Testing

/// Waits until the condition holds; the test fails when it does not within the time.
func eventually(
    within limit: Duration = .seconds(10), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        try #require(.now < deadline, "the condition did not come to hold", sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(2))
    }
}
