import Glibc
import Threads

/// An HTTP/1.1 server on libmicrohttpd with handlers that are `async` functions.
///
/// ```swift
/// let server = try Server.start(settings, Router([Route(.get, "/hello") { _ in .text("Hello") }]))
/// await server.stop(grace: .seconds(10))
/// ```
public final class Server: Sendable {
    public struct StartError: Error, CustomStringConvertible {
        public let description: String
    }

    public let port: UInt16
    private let core: ServerCore
    /// nil once stopped.
    private let daemon: Lock<MHDDaemon?>
    private let sweeper: Sweeper

    /// Listens, and answers from now on.
    public static func start(_ settings: Settings = Settings(), _ router: Router) throws(StartError) -> Server {
        let core = ServerCore(settings, router)
        // libmicrohttpd holds this reference until `stop` has joined its threads.
        let context = unsafe Unmanaged.passRetained(core)
        guard let daemon = unsafe MHDDaemon(settings, context: context.toOpaque()) else {
            let reason = unsafe String(cString: strerror(errno))
            unsafe context.release()
            throw StartError(description: "cannot listen on \(settings.host):\(settings.port): \(reason)")
        }
        return Server(daemon: daemon, core: core)
    }

    private init(daemon: MHDDaemon, core: ServerCore) {
        self.core = core
        self.daemon = Lock(daemon)
        port = daemon.port
        sweeper = Sweeper(core)
    }

    /// Connections open now.
    public var connections: Int { daemon.withLock { $0?.connections } ?? 0 }

    /// Takes no new connection, lets what is under way finish for `grace`, then cuts it.
    ///
    /// Must be called before the server is let go of. A second call does nothing.
    public func stop(grace: Duration) async {
        guard let daemon = self.daemon.withLock({ $0.take() }) else { return }
        core.drain()
        let listener = daemon.quiesce()
        let deadline = ContinuousClock.now + grace
        while core.busyConnections + core.exchangesUnderWay > 0, .now < deadline { await Self.pause() }

        core.close()
        // libmicrohttpd aborts the process when it is stopped with a suspended connection. After
        // `close` no handler starts any more; what began before is ended here until none is left.
        while core.busyConnections > 0 {
            core.abortAll()
            await Self.pause()
        }
        await withCheckedContinuation { continuation in
            SystemThread(name: "http-stop") { [sweeper] in
                sweeper.stop()
                daemon.stop()
                continuation.resume()
            }.detach()
        }
        if listener >= 0 { close(listener) }
        // A handler that ignores its cancellation goes on and holds a reference of its own; its answer is dropped.
        unsafe Unmanaged.passUnretained(core).release()
    }

    private static func pause() async {
        try? await Task.sleep(for: .milliseconds(10))
    }
}
