import Glibc
import Synchronization
import Threads

/// The thread of one consumer: it runs the actor's jobs and, between them, takes turns at polling.
///
/// A turn may block in librdkafka, which a thread of Swift's cooperative pool must never do. A job that arrives then
/// interrupts the wait.
///
/// Once the last turn has been taken, the thread ends; a job that comes later still (a caller who did not know) gets a
/// thread for as long as it runs.
final class PollThread: SerialExecutor {
    /// Polls once. May wait only where told so.
    /// - Returns: whether there will be another turn.
    typealias Turn = @Sendable (_ mayWait: Bool) -> Bool

    private struct State {
        var jobs: [UnownedJob] = []
        var turn: Turn?
        var interrupt: (@Sendable () -> Void)?
        var isRunning = false
    }

    private let name: String
    private let state = Lock(State())
    private let runner = Atomic<pthread_t>(0)

    init(name: String) { self.name = name }

    /// Begins with the turns.
    ///
    /// - Parameter interrupt: ends a turn's wait. Called with a lock held: it must not block.
    func start(interrupt: @escaping @Sendable () -> Void, turn: @escaping Turn) {
        let mustStart = state.withLock { state in
            state.turn = turn
            state.interrupt = interrupt
            return Self.claim(&state)
        }
        if mustStart { run() }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isOurs = runner.load(ordering: .relaxed) == pthread_self()
        let mustStart = state.withLock { state in
            state.jobs.append(job)
            // An interrupt lasts until the next wait, and this very thread looks for jobs before it waits.
            if !isOurs { state.interrupt?() }
            return Self.claim(&state)
        }
        if mustStart { run() }
    }

    /// What `assumeIsolated` asks during a turn, which is no job.
    func isIsolatingCurrentContext() -> Bool? { runner.load(ordering: .relaxed) == pthread_self() }

    func checkIsolated() {
        precondition(isIsolatingCurrentContext() == true, "not on the consumer's own thread")
    }

    /// - Returns: whether the caller has to start a thread.
    private static func claim(_ state: inout State) -> Bool {
        defer { state.isRunning = true }
        return !state.isRunning
    }

    private func run() {
        SystemThread(name: name) { self.takeTurns() }.detach()
    }

    private func takeTurns() {
        runner.store(pthread_self(), ordering: .relaxed)
        while let (jobs, turn) = next() {
            for job in jobs { unsafe job.runSynchronously(on: asUnownedSerialExecutor()) }
            guard let turn else { continue }
            let mayWait = state.withLock { $0.jobs.isEmpty }
            if !turn(mayWait) { end() }
        }
    }

    /// What to do next; `nil` where nothing is left and nothing will come by itself.
    private func next() -> (jobs: [UnownedJob], turn: Turn?)? {
        state.withLock { state in
            if state.jobs.isEmpty, state.turn == nil {
                state.isRunning = false
                // Before the lock is given back: the next thread may be this one's successor already.
                runner.store(0, ordering: .relaxed)
                return nil
            }
            defer { state.jobs = [] }
            return (state.jobs, state.turn)
        }
    }

    private func end() {
        // Freed outside of the lock, since what they hold may end something itself.
        let (turn, interrupt) = state.withLock { ($0.turn.take(), $0.interrupt.take()) }
        withExtendedLifetime((turn, interrupt)) {}
    }
}
