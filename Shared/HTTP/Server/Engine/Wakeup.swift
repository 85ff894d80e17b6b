import CLinux
import Glibc
import Synchronization

/// Gets an event loop's thread out of its wait.
///
/// Our own, since libmicrohttpd 0.9.75 has none when its daemon is run from outside: a connection resumed by another thread
/// would lie there until the next client's bytes come.
final class Wakeup: Sendable {
    /// An eventfd, readable from `signal` to `reset`.
    let descriptor: Int32
    /// So that all resumes between two rounds of the loop cost one system call.
    private let isSignalled = Atomic<Bool>(false)

    init() {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        precondition(descriptor >= 0, "no file descriptor left: raise the limit of open files (ulimit -n)")
    }

    deinit { close(descriptor) }

    /// The loop does one more round that sees all that happened before the call.
    func signal() {
        if !isSignalled.exchange(true, ordering: .sequentiallyConsistent) { _ = eventfd_write(descriptor, 1) }
    }

    /// Before the round, or a signal that it does not see would be lost.
    func reset() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor, &count)
        isSignalled.store(false, ordering: .sequentiallyConsistent)
    }
}
