import Postgres
import Threads

/// Tells a loop of this process that there is work, and makes it look once in a while anyway.
final class WakeSignal: Sendable {
    let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    /// Signals that come while the loop is at work become one.
    func signal() { continuation.yield() }

    func finish() { continuation.finish() }

    /// Signals every so often until the task is cancelled.
    func run(every interval: Duration) async {
        while !Task.isCancelled {
            signal()
            try? await Task.sleep(for: interval)
        }
    }
}
