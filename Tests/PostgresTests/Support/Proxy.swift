import Glibc
import Postgres
import TestSupport
import Testing
import Threads

/// Stands between a session and the server, and does what networks do.
final class Proxy: Sendable {
    enum Mode {
        case forward
        /// What is connected stays so; a new connection is accepted by the kernel and then hears nothing.
        case ignoreNew
        /// Nothing is passed on any more, nothing is closed: the host has vanished.
        case stall
        /// Everything is closed, and so is what comes: the server has gone.
        case refuse
    }

    let port: UInt16
    private let control = Control()

    /// - Parameter target: where the server listens, by TCP or at a Unix socket.
    init(to target: ConnectionString) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = SocketAddress.loopback(port: 0)
        guard address.withPointer({ bind(listener, $0, $1) }) == 0, listen(listener, 100) == 0 else { throw Errno() }
        guard address.update({ getsockname(listener, $0, $1) }) == 0 else { throw Errno() }
        port = address.port
        SystemThread(name: "proxy") { [control] in
            var loop = Loop(listener: listener, target: target)
            while let mode = control.takeUp() { loop.turn(mode) }
            loop.close()
        }.detach()
    }

    deinit { control.wanted.withLock { $0 = (nil, isTakenUp: false) } }

    /// Returns once the new mode holds.
    func set(_ mode: Mode) throws {
        control.wanted.withLock { $0 = (mode, isTakenUp: false) }
        try blockUntil("the proxy has taken the mode up") { control.wanted.withLock { $0.isTakenUp } }
    }

    /// What the thread is told; no mode ends it.
    private final class Control: Sendable {
        let wanted = Lock<(mode: Mode?, isTakenUp: Bool)>((.forward, isTakenUp: true))

        func takeUp() -> Mode? {
            wanted.withLock { wanted in
                wanted.isTakenUp = true
                return wanted.mode
            }
        }
    }

    /// The connection string by which a session goes through here.
    func conninfo(_ keywords: KeyValuePairs<String, String> = [:]) throws -> String {
        var string = try ConnectionString(ScratchDatabase.conninfo(keywords))
        string["host"] = "127.0.0.1"
        string["hostaddr"] = nil
        string["port"] = "\(port)"
        return string.conninfo
    }

    struct Errno: Error { let code = errno }
}

private struct Loop {
    let listener: Int32
    let target: ConnectionString
    var peers: [Int32: Int32] = [:]

    mutating func turn(_ mode: Proxy.Mode) {
        if mode == .stall {
            // It moves nothing: there is nothing to wait for but the next mode.
            usleep(5000)
            return
        }
        if mode == .refuse { closePeers() }
        let accepts = mode != .ignoreNew
        var entries = (peers.keys + (accepts ? [listener] : [])).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        poll(&entries, nfds_t(entries.count), 5)
        for entry in entries where entry.revents != 0 {
            if entry.fd != listener {
                forward(from: entry.fd)
            } else if mode == .refuse {
                _ = Glibc.close(accept(listener, nil, nil))
            } else {
                connect(accept(listener, nil, nil))
            }
        }
    }

    mutating func close() {
        closePeers()
        _ = Glibc.close(listener)
    }

    private mutating func connect(_ client: Int32) {
        var address = SocketAddress.server(target)
        let server = socket(address.family, Int32(SOCK_STREAM.rawValue), 0)
        guard address.withPointer({ Glibc.connect(server, $0, $1) }) == 0 else {
            _ = Glibc.close(client)
            _ = Glibc.close(server)
            return
        }
        peers[client] = server
        peers[server] = client
    }

    private mutating func forward(from source: Int32) {
        guard let target = peers[source] else { return }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(source, &buffer, buffer.count, 0)
        if count > 0, send(target, buffer, count, Int32(MSG_NOSIGNAL)) == count { return }
        for descriptor in [source, target] {
            peers[descriptor] = nil
            _ = Glibc.close(descriptor)
        }
    }

    private mutating func closePeers() {
        for descriptor in peers.keys { _ = Glibc.close(descriptor) }
        peers = [:]
    }
}
