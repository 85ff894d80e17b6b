import CMicroHTTPD
import CMicroHTTPDShims

/// libmicrohttpd's daemon, held as an address for the reason given at `MHDConnection`. Used by its event loop's thread only.
struct MHDDaemon: Sendable {
    private let address: UInt
    /// Its epoll set: readable when there is something to `run` for.
    let events: Int32

    private var pointer: OpaquePointer {
        guard let pointer = unsafe OpaquePointer(bitPattern: address) else {
            preconditionFailure("made from a pointer")
        }
        return unsafe pointer
    }

    /// - Parameter context: an `EventLoop.Context`, which must outlive the daemon.
    init(_ listener: borrowing ListeningSocket, _ settings: Server.Settings, context: UnsafeMutableRawPointer)
        throws(Server.StartError)
    {
        var c = unsafe httpd_settings()
        unsafe c.listener = listener.descriptor
        unsafe c.connection_limit = UInt32((settings.connectionLimit + settings.threads - 1) / settings.threads)
        // Room for what is refused with a problem of ours, and for libmicrohttpd's own table of the fields.
        unsafe c.connection_memory = 2 * (settings.targetLimit + settings.headerLimit) + 16_384
        unsafe c.context = context
        unsafe c.target = targetReceived
        unsafe c.access = access
        unsafe c.completed = completed
        unsafe c.connection = connectionChanged
        unsafe c.log = log
        guard let daemon = unsafe httpd_start(&c) else {
            throw Server.StartError(description: "cannot start libmicrohttpd: no memory, or no file descriptor left")
        }
        address = UInt(bitPattern: daemon)
        events = unsafe httpd_epoll(daemon)
    }

    /// Whether to `run` at once, even if `events` is not readable.
    var hasWork: Bool {
        var milliseconds: UInt64 = 0
        return unsafe MHD_get_timeout(pointer, &milliseconds) == .YES && milliseconds == 0
    }

    /// Serves what can be served without waiting.
    func run() { unsafe MHD_run(pointer) }

    /// Accepts no more, and leaves the listening socket to its owner. A second time does nothing.
    func quiesce() { unsafe MHD_quiesce_daemon(pointer) }

    /// Once; then the address is dead. Only after `quiesce`, or it closes the listening socket. No connection may be
    /// suspended.
    func stop() { unsafe MHD_stop_daemon(pointer) }
}
