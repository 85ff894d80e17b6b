import CMicroHTTPD
import CMicroHTTPDShims
import Glibc

/// libmicrohttpd's daemon, held as an address for the reason given at `MHDConnection`.
///
/// Its functions may be called from any thread but `stop`, once, after which the address is dead.
struct MHDDaemon: Sendable {
    private let address: UInt

    private var pointer: OpaquePointer {
        guard let pointer = unsafe OpaquePointer(bitPattern: address) else {
            preconditionFailure("made from a pointer")
        }
        return unsafe pointer
    }

    /// nil when it cannot start; `errno` says why.
    init?(_ settings: Server.Settings, context: UnsafeMutableRawPointer) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(settings.host, String(settings.port), &hints, &found) == 0, let found = unsafe found
        else {
            errno = EINVAL
            return nil
        }
        defer { unsafe freeaddrinfo(found) }
        var c = unsafe httpd_settings()
        unsafe c.address = UnsafePointer(found.pointee.ai_addr)
        unsafe c.threads = UInt32(settings.threads)
        unsafe c.connection_limit = UInt32(settings.connectionLimit)
        unsafe c.per_ip_limit = UInt32(settings.connectionsPerAddress)
        // Room for what is refused with a problem of ours, and for libmicrohttpd's own table of the fields.
        unsafe c.connection_memory = 2 * (settings.targetLimit + settings.headerLimit) + 16_384
        unsafe c.idle_timeout_seconds = UInt32(settings.headerTimeout.components.seconds)
        unsafe c.context = context
        unsafe c.target = targetReceived
        unsafe c.access = access
        unsafe c.completed = completed
        unsafe c.connection = connectionChanged
        unsafe c.log = log
        guard let daemon = unsafe httpd_start(&c) else { return nil }
        address = UInt(bitPattern: daemon)
    }

    var port: UInt16 { unsafe httpd_port(pointer) }
    var connections: Int { Int(unsafe httpd_connections(pointer)) }

    /// Accepts no more. Returns the listening socket, to be closed after `stop`.
    func quiesce() -> Int32 { unsafe MHD_quiesce_daemon(pointer) }

    /// Joins the event loops' threads, so not from one of Swift's pool. No connection may be suspended.
    func stop() { unsafe MHD_stop_daemon(pointer) }
}
