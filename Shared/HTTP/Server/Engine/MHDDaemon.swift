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

    /// - Parameter context: a `ServerCore`, which must outlive the daemon.
    init(_ settings: Server.Settings, context: UnsafeMutableRawPointer) throws(Server.StartError) {
        let place = "\(settings.host):\(settings.port)"
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(settings.host, String(settings.port), &hints, &found) == 0, let found = unsafe found
        else {
            throw Server.StartError(
                description: "cannot listen on \(place): give an address such as 127.0.0.1, 0.0.0.0 or ::, not a name")
        }
        defer { unsafe freeaddrinfo(found) }
        var c = unsafe httpd_settings()
        unsafe c.address = UnsafePointer(found.pointee.ai_addr)
        unsafe c.threads = UInt32(settings.threads)
        unsafe c.connection_limit = UInt32(settings.connectionLimit)
        unsafe c.per_ip_limit = UInt32(settings.connectionsPerAddress)
        // Room for what is refused with a problem of ours, and for libmicrohttpd's own table of the fields.
        unsafe c.connection_memory = 2 * (settings.targetLimit + settings.headerLimit) + 16_384
        unsafe c.context = context
        unsafe c.target = targetReceived
        unsafe c.access = access
        unsafe c.completed = completed
        unsafe c.connection = connectionChanged
        unsafe c.log = log
        guard let daemon = unsafe httpd_start(&c) else {
            let reason = unsafe String(cString: strerror(errno))
            throw Server.StartError(description: "cannot listen on \(place): \(reason)")
        }
        address = UInt(bitPattern: daemon)
    }

    var port: UInt16 { unsafe httpd_port(pointer) }

    /// Accepts no more. Returns the listening socket, to be closed after `stop`.
    func quiesce() -> Int32 { unsafe MHD_quiesce_daemon(pointer) }

    /// Joins the event loops' threads, so not from one of Swift's pool. No connection may be suspended.
    func stop() { unsafe MHD_stop_daemon(pointer) }
}
