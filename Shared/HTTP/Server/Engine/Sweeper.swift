import Glibc
import Synchronization
import Threads

/// Looks after all connections' deadlines ten times a second, on a thread of its own:
/// deadlines must hold just when every thread of Swift's pool is stuck in a handler.
final class Sweeper: Sendable {
    private final class Flag: Sendable {
        let isSet = Atomic<Bool>(false)
    }

    private let stopped: Flag
    private let thread: SystemThread

    init(_ core: ServerCore) {
        let stopped = Flag()
        self.stopped = stopped
        thread = SystemThread(name: "http-sweeper") {
            while !stopped.isSet.load(ordering: .acquiring) {
                core.sweep()
                usleep(100_000)
            }
        }
    }

    /// Blocks for the rest of the round. Once.
    func stop() {
        stopped.isSet.store(true, ordering: .releasing)
        thread.join()
    }
}
