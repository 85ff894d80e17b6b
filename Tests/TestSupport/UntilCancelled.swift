/// Returns only when the task is cancelled: the slowest handler, the receiver that never answers.
public func untilCancelled() async {
    let (forever, keptOpen) = AsyncStream.makeStream(of: Never.self)
    for await _ in forever {}
    withExtendedLifetime(keptOpen) {}
}
