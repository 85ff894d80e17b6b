import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct UntilCancelledTests {
    @Test func `a task that waits forever ends when it is cancelled, and only then`() async throws {
        let (events, event) = AsyncStream.makeStream(of: String.self)
        let task = Task {
            event.yield("begun")
            await untilCancelled()
            event.yield(Task.isCancelled ? "cancelled" : "ended")
            event.finish()
        }
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "begun")
        task.cancel()
        #expect(await iterator.next() == "cancelled")
    }
}
