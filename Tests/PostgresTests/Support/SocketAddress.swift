import Glibc
import Postgres

/// A `sockaddr` of either family.
struct SocketAddress {
    private var bytes = sockaddr_storage()
    private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    var family: Int32 { Int32(bytes.ss_family) }

    var port: UInt16 {
        withUnsafeBytes(of: bytes) { UInt16(bigEndian: $0.load(as: sockaddr_in.self).sin_port) }
    }

    static func loopback(port: UInt16) -> SocketAddress {
        var address = SocketAddress()
        address.store(
            sockaddr_in(
                sin_family: sa_family_t(AF_INET), sin_port: port.bigEndian,
                sin_addr: in_addr(s_addr: UInt32(0x7F00_0001).bigEndian), sin_zero: (0, 0, 0, 0, 0, 0, 0, 0)))
        return address
    }

    /// The socket in the folder that `host` names, or else the port on this machine.
    static func server(_ target: ConnectionString) -> SocketAddress {
        let port = target["port"] ?? "5432"
        guard let folder = target["host"], folder.hasPrefix("/") else { return .loopback(port: UInt16(port) ?? 5432) }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: "\(folder)/.s.PGSQL.\(port)".utf8) }
        var address = SocketAddress()
        address.store(name)
        return address
    }

    private mutating func store<Address>(_ address: Address) {
        withUnsafeMutableBytes(of: &bytes) { $0.storeBytes(of: address, as: Address.self) }
        length = socklen_t(MemoryLayout<Address>.size)
    }

    mutating func withPointer(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        withUnsafePointer(to: &bytes) { [length] in
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    mutating func update(_ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32) -> Int32 {
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &bytes) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &length) }
        }
    }
}
