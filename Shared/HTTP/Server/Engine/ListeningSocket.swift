import CMicroHTTPDShims
import Glibc

/// A bound TCP socket that clients may connect to, shared by all event loops.
///
/// Made here and not by libmicrohttpd, of which each event loop has a daemon of its own.
struct ListeningSocket: ~Copyable {
    let descriptor: Int32
    /// The one bound to, also where 0 was asked for.
    let port: UInt16

    init(host: String, port: UInt16) throws(Server.StartError) {
        let place = "\(host):\(port)"
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, String(port), &hints, &found) == 0, let found = unsafe found else {
            throw Server.StartError(
                description: "cannot listen on \(place): give an address such as 127.0.0.1, 0.0.0.0 or ::, not a name")
        }
        defer { unsafe freeaddrinfo(found) }
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = unsafe socket(found.pointee.ai_family, kind, 0)
        // Not SO_REUSEPORT: with it a second process could take part of the clients unnoticed.
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        guard descriptor >= 0, unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size) == 0,
            unsafe bind(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0,
            listen(descriptor, 1_024) == 0
        else {
            let reason = unsafe String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw Server.StartError(description: "cannot listen on \(place): \(reason)")
        }
        self.descriptor = descriptor
        self.port = Self.port(of: descriptor)
    }

    deinit { close(descriptor) }

    /// Refuses clients from now on, also those that no event loop has accepted yet. Not a close: an event loop may be about
    /// to accept once more, and the number would be another socket's by then.
    borrowing func refuse() { httpd_shutdown(descriptor) }

    private static func port(of descriptor: Int32) -> UInt16 {
        var address = sockaddr_in6()  // Large enough for both families, which have the port at the same place.
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let code = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        return code == 0 ? UInt16(bigEndian: address.sin6_port) : 0
    }
}
