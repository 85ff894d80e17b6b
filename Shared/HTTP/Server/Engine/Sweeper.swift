// Not for its functions: <sys/socket.h> is no module of its own, so that its constants belong to whichever of ours was loaded
// first, and this is the one that every file here can name.
import CMicroHTTPDShims
import Glibc
import Threads

/// Looks after all connections' deadlines ten times a second, and ends the server, on a thread of its own: deadlines must
/// hold just when every thread of Swift's pool is stuck in a handler.
final class Sweeper: Sendable {
    private enum Phase {
        case serving
        case stopping(deadline: ContinuousClock.Instant, waiting: [CheckedContinuation<Void, Never>])
        case stopped
    }

    private let core: ServerCore
    private let daemon: MHDDaemon
    private let phase = Lock(Phase.serving)

    init(_ core: ServerCore, _ daemon: MHDDaemon) {
        self.core = core
        self.daemon = daemon
        // Nothing joins it: it ends the server, and whoever waits for that is told. It also keeps `core` alive for as long
        // as libmicrohttpd holds its address.
        SystemThread(name: "http-sweeper") { [self] in run() }.detach()
    }

    /// The first call's grace counts.
    func requestStop(grace: Duration) {
        phase.withLock { phase in
            if case .serving = phase { phase = .stopping(deadline: .now + grace, waiting: []) }
        }
    }

    func stop(grace: Duration) async {
        requestStop(grace: grace)
        await withCheckedContinuation { continuation in
            let isStopped = phase.withLock { phase in
                guard case .stopping(let deadline, let waiting) = phase else { return true }
                phase = .stopping(deadline: deadline, waiting: waiting + [continuation])
                return false
            }
            if isStopped { continuation.resume() }
        }
    }

    // MARK: The thread

    private func run() {
        var deadline: ContinuousClock.Instant?
        while deadline == nil {
            core.sweep()
            usleep(100_000)
            deadline = stopDeadline
        }
        end(by: deadline ?? .now)
        let waiting = phase.withLock { phase in
            defer { phase = .stopped }
            guard case .stopping(_, let waiting) = phase else { return [CheckedContinuation<Void, Never>]() }
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    private var stopDeadline: ContinuousClock.Instant? {
        phase.withLock { phase in
            guard case .stopping(let deadline, _) = phase else { return nil }
            return deadline
        }
    }

    private func end(by deadline: ContinuousClock.Instant) {
        core.drain()
        let listener = daemon.quiesce()
        // Else the kernel would go on taking clients, whom nobody serves. Closed only at the end, since an event loop may
        // be about to accept once more, and the number would be another socket's by then.
        if listener >= 0 { shutdown(listener, Int32(SHUT_RDWR)) }
        while core.isBusy, .now < deadline {
            core.sweep()
            usleep(5_000)
        }
        core.close()
        core.expireAll()
        let farewell = ContinuousClock.now + .milliseconds(500)
        while core.busyConnections > 0, .now < farewell { usleep(5_000) }
        // libmicrohttpd aborts the process when it is stopped with a suspended connection. After `close` no handler starts
        // any more; what began before is ended here until none is left.
        while core.busyConnections > 0 {
            core.abortAll()
            usleep(5_000)
        }
        daemon.stop()
        if listener >= 0 { Glibc.close(listener) }
    }
}
