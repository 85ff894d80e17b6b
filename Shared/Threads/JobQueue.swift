import CLinux
import Glibc
import Synchronization

/// The queue between the threads that enqueue jobs and the one thread that runs them.
///
/// The consumer sleeps in `poll` on an eventfd rather than on a condition variable: a descriptor
/// is Sendable (a `pthread_cond_t` lives behind an unsafe pointer), and `poll` can watch the
/// database socket at the same time, which is how LISTEN/NOTIFY wakes an idle connection.
final class JobQueue: Sendable {
    private struct State {
        var jobs: [UnownedJob] = []
        var isSleeping = false
        var isStopped = false
        var watch: Watch?
    }

    private struct Watch {
        let descriptor: Int32
        let onReadable: @Sendable () -> Void
    }

    private let state = Lock(State())
    private let wakeup = EventDescriptor()

    func push(_ job: UnownedJob) {
        update { $0.jobs.append(job) }
    }

    func stop() {
        update { $0.isStopped = true }
    }

    /// Calls `onReadable` once when the thread is idle and the socket becomes readable.
    /// One shot: `poll` is level triggered and would otherwise spin until the data is read.
    func watch(_ descriptor: Int32, onReadable: @escaping @Sendable () -> Void) {
        update { $0.watch = Watch(descriptor: descriptor, onReadable: onReadable) }
    }

    /// The jobs to run next; blocks while there are none. `nil` after `stop`, once it is drained.
    func next() -> [UnownedJob]? {
        while true {
            let (jobs, isStopped, descriptor) = state.withLock { state in
                let jobs = state.jobs
                state.jobs = []
                state.isSleeping = jobs.isEmpty
                return (jobs, state.isStopped, state.watch?.descriptor)
            }
            if !jobs.isEmpty { return jobs }
            if isStopped { return nil }
            sleep(watching: descriptor)
        }
    }

    /// Changes the state and wakes the thread, with a system call only if it really sleeps.
    private func update(_ change: (inout State) -> Void) {
        let wasSleeping = state.withLock { state in
            change(&state)
            defer { state.isSleeping = false }
            return state.isSleeping
        }
        if wasSleeping { wakeup.signal() }
    }

    private func sleep(watching descriptor: Int32?) {
        // `poll` ignores entries whose descriptor is negative.
        var entries: [2 of pollfd] = [
            pollfd(fd: wakeup.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        var span = entries.mutableSpan
        _ = unsafe span.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, 2, -1) }
        if entries[0].revents != 0 { wakeup.reset() }
        if entries[1].revents != 0 {
            let watch = state.withLock { $0.watch.take() }
            watch?.onReadable()
        }
    }
}

/// An owned Linux eventfd.
private struct EventDescriptor: ~Copyable, Sendable {
    let descriptor: Int32

    init() {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        precondition(descriptor >= 0, "eventfd failed: \(errno)")
    }

    deinit { close(descriptor) }

    borrowing func signal() { _ = eventfd_write(descriptor, 1) }

    borrowing func reset() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor, &count)
    }
}
