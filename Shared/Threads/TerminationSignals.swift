import Glibc

/// SIGTERM and SIGINT, taken by one thread that waits for them.
///
/// Make it before anything else in `main`: a thread inherits the mask of its maker, and one thread started earlier,
/// without the mask, would let the signal kill the process.
public struct TerminationSignals: Sendable {
    private let set: sigset_t

    public init() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGTERM)
        unsafe sigaddset(&set, SIGINT)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        self.set = set
    }

    /// Suspends until one of the signals has come. Once.
    public func wait() async {
        await withCheckedContinuation { continuation in
            SystemThread(name: "signals") { [set] in
                var set = set
                var number: Int32 = 0
                _ = unsafe sigwait(&set, &number)
                continuation.resume()
            }.detach()
        }
    }
}
