import Synchronization
import TestSupport
import Testing
import Threads

@testable import Kafka

@Suite(.timeLimit(.minutes(5)))
struct `The poll thread` {
    /// An actor that lives on a poll thread, and counts its turns.
    private actor Counter {
        let thread = PollThread(name: "test-poll")
        nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
        var turns = 0

        /// - Parameter wait: stands for librdkafka's poll; `interrupt` ends it.
        func begin(wait: @escaping @Sendable (_ mayWait: Bool) -> Void, interrupt: @escaping @Sendable () -> Void) {
            thread.start(interrupt: interrupt) { [weak self] mayWait in
                wait(mayWait)
                return self?.assumeIsolated { $0.turn() } ?? false
            }
        }

        private func turn() -> Bool {
            turns += 1
            return turns < 1_000_000
        }

        func finish() { turns = 1_000_000 }
    }

    @Test func `runs jobs between its turns, and one that arrives ends a wait`() async throws {
        // given a poll that would wait for ever
        let gate = Gate()
        let counter = Counter()
        await counter.begin(wait: { if $0 { gate.wait() } }, interrupt: { gate.open() })
        // then each of these is answered all the same
        for _ in 0..<1000 { _ = await counter.turns }
        #expect(await counter.turns > 0)
        await counter.finish()
    }

    @Test func `answers jobs that come after the last turn`() async throws {
        let counter = Counter()
        await counter.begin(wait: { _ in }, interrupt: {})
        await counter.finish()
        try await eventually("the last turn") { await counter.turns > 1_000_000 }
        for _ in 0..<1000 { #expect(await counter.turns == 1_000_001) }
    }

    @Test func `takes turns no more once its actor is gone`() async throws {
        let alive = Lock(0)
        weak var weakly: Counter?
        do {
            let counter = Counter()
            weakly = counter
            await counter.begin(wait: { _ in alive.withLock { $0 += 1 } }, interrupt: {})
            try await eventually("a turn") { alive.withLock { $0 > 0 } }
        }
        try await eventually("the actor is gone") { weakly == nil }
    }
}

/// Closed until somebody opens it, and closed again after one has passed.
private final class Gate: Sendable {
    private let isOpen = Atomic<Bool>(false)

    func open() { isOpen.store(true, ordering: .releasing) }

    func wait() {
        while !isOpen.exchange(false, ordering: .acquiringAndReleasing) {}
    }
}
