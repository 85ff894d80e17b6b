import Glibc
import Synchronization
import Threads

/// A thread that runs one of libmicrohttpd's daemons, and does all with it but resuming connections.
///
/// libmicrohttpd could run a pool of such threads itself. But its own loop, in version 0.9.75, waits without a limit after
/// it has been told of exactly 128 sockets and before it has served any of them: 128 clients, each waiting for its answer,
/// wait until a 129th comes. Run from outside, it never waits.
final class EventLoop: Sendable {
    /// What the callbacks of a daemon get.
    final class Context: Sendable {
        let core: ServerCore
        let wakeup = Wakeup()

        init(_ core: ServerCore) { self.core = core }
    }

    private enum Command: UInt8, AtomicRepresentable {
        case serve, acceptNoMore, end
    }

    private let context: Context
    private let daemon: MHDDaemon
    private let command = Atomic<Command>(.serve)
    private let hasEnded = Atomic<Bool>(false)

    /// Either `start` or `discard` must follow.
    init(_ core: ServerCore, _ listener: borrowing ListeningSocket) throws(Server.StartError) {
        context = Context(core)
        // libmicrohttpd has the address until the daemon is stopped, which is done by a method of this very object.
        daemon = try unsafe MHDDaemon(
            listener, core.settings, context: Unmanaged.passUnretained(context).toOpaque())
    }

    func start(number: Int) {
        SystemThread(name: "http-loop-\(number)") { [self] in run() }.detach()
    }

    func discard() { stop() }

    /// Lets new connections wait.
    func acceptNoMore() { tell(.acceptNoMore) }

    /// Frees the daemon. No connection may be suspended.
    func end() { tell(.end) }

    /// Whether the daemon is gone.
    var isOver: Bool { hasEnded.load(ordering: .acquiring) }

    private func tell(_ command: Command) {
        self.command.store(command, ordering: .releasing)
        context.wakeup.signal()
    }

    // MARK: The thread

    private func run() {
        while true {
            switch command.load(ordering: .acquiring) {
            case .serve: break
            case .acceptNoMore: daemon.quiesce()
            case .end: return stop()
            }
            wait()
            daemon.run()
        }
    }

    private func stop() {
        daemon.quiesce()
        daemon.stop()
        hasEnded.store(true, ordering: .releasing)
    }

    private func wait() {
        var entries: [2 of pollfd] = [
            pollfd(fd: daemon.events, events: Int16(POLLIN), revents: 0),
            pollfd(fd: context.wakeup.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        var span = entries.mutableSpan
        _ = unsafe span.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, 2, daemon.hasWork ? 0 : -1) }
        if entries[1].revents != 0 { context.wakeup.reset() }
    }
}
