import Threads
import Dispatch
import Foundation
import Synchronization

/// A thread of its own that runs an actor's jobs, so that the actor may make blocking calls without taking a thread
/// from Swift's cooperative pool.
///
/// A job that arrives while the actor blocks calls `interrupt`, which the actor sets to something that ends the wait.
/// The actor then lets the job run by `letJobsRun`.
final class PollThread: SerialExecutor {
    private enum Work: Sendable {
        case job(UnownedJob)
        case resumption(CheckedContinuation<Void, Never>)
        case end
    }

    private let work = Lock<[Work]>([])
    private let arrivals = DispatchSemaphore(value: 0)
    private let interruption = Lock<(@Sendable () -> Void)?>(nil)
    private let thread = Atomic<pthread_t>(0)

    static func start(name: String) -> PollThread {
        let executor = PollThread()
        // The thread keeps the executor alive until `stop`.
        let thread = Thread { executor.runJobs() }
        thread.name = name
        thread.start()
        return executor
    }

    func setInterrupt(_ interrupt: (@Sendable () -> Void)?) { interruption.withLock { $0 = interrupt } }

    func enqueue(_ job: consuming ExecutorJob) {
        add(.job(UnownedJob(job)))
        // This very thread is not blocked, so an interrupt would end its next wait: a busy loop.
        if thread.load(ordering: .relaxed) != pthread_self() { interruption.withLock { $0?() } }
    }

    /// Suspends the caller, a method of the actor, until the jobs that wait have run.
    ///
    /// `Task.yield` does not serve: it goes by way of the global pool, two changes of thread each time.
    func letJobsRun(isolation: isolated (any Actor)? = #isolation) async {
        if work.withLock({ $0.isEmpty }) { return }
        await withCheckedContinuation { add(.resumption($0)) }
    }

    /// Ends the thread once it has run every job that arrived before.
    func stop() { add(.end) }

    private func add(_ item: Work) {
        work.withLock { $0.append(item) }
        arrivals.signal()
    }

    private func runJobs() {
        thread.store(pthread_self(), ordering: .relaxed)
        while true {
            arrivals.wait()
            switch work.withLock({ $0.removeFirst() }) {
            case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
            case .resumption(let continuation): continuation.resume()
            case .end: return
            }
        }
    }
}
