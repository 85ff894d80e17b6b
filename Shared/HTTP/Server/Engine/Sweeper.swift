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
    private let listener: ListeningSocket
    private let loops: [EventLoop]
    private let phase = Lock(Phase.serving)

    /// Starts the event loops too.
    init(_ core: ServerCore, _ listener: consuming ListeningSocket) throws(Server.StartError) {
        self.core = core
        var loops: [EventLoop] = []
        for _ in 0..<core.settings.threads {
            do {
                loops.append(try EventLoop(core, listener))
            } catch {
                for loop in loops { loop.discard() }
                throw error
            }
        }
        self.loops = loops
        self.listener = listener
        for (number, loop) in loops.enumerated() { loop.start(number: number) }
        // Nothing joins it: it ends the server, and whoever waits for that is told.
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
        for loop in loops { loop.acceptNoMore() }
        listener.refuse()
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
        for loop in loops { loop.end() }
        while loops.contains(where: { !$0.isOver }) { usleep(1_000) }
    }
}
