/// A serial executor that runs every job on one POSIX thread of its own.
///
/// Why: a C library's call blocks. A blocking call made from Swift's cooperative pool (one thread per core) stalls
/// unrelated tasks and can deadlock the program. On a thread of its own it blocks nobody, and an actor which uses this
/// executor may keep non-Sendable C state with no `@unchecked`.
public final class ThreadExecutor: SerialExecutor {
    private let queue = JobQueue()

    public init(name: String) {
        // The thread keeps the queue alive but not the executor: a strong reference here would be a cycle, and the
        // thread could never end by itself. The reference is safe, because a job exists only while its actor, which
        // owns this executor, is alive.
        let executor = unsafe asUnownedSerialExecutor()
        // Nothing joins it, because the last reference to an actor is often dropped by the thread itself, and a thread
        // cannot join itself.
        SystemThread(name: name) { [queue] in
            while let jobs = queue.next() {
                for job in jobs { unsafe job.runSynchronously(on: executor) }
            }
        }.detach()
    }

    /// Ends the thread once the queue is empty.
    deinit { queue.stop() }

    public func enqueue(_ job: consuming ExecutorJob) {
        queue.push(UnownedJob(job))
    }

    /// Calls `onReadable` once when the thread is idle and the socket becomes readable.
    public func watch(_ descriptor: Int32, onReadable: @escaping @Sendable () -> Void) {
        queue.watch(descriptor, onReadable: onReadable)
    }
}
