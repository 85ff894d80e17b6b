import Foundation
import Threads

/// Passes on what comes to a port of one of this host's addresses to the same port of its loopback, and what comes back.
final class Relay: Sendable {
    private let listener: Int32
    private let port: UInt16
    private let delay = Lock(0)
    private let open = Lock<Set<Int32>>([])

    init(on address: String, _ port: UInt16) throws {
        self.port = port
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        guard Self.with(address, port, { bind(listener, $0, $1) }) == 0, listen(listener, 200) == 0 else {
            throw Broken("nothing can listen on \(address):\(port)")
        }
        Thread.detachNewThread { [self] in
            while case let client = accept(listener, nil, nil), client >= 0 { take(client) }
        }
    }

    func delay(milliseconds: Int) { delay.withLock { $0 = milliseconds } }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        for descriptor in open.withLock({ $0 }) { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    private func take(_ client: Int32) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard Self.with("127.0.0.1", port, { connect(server, $0, $1) }) == 0 else {
            Foundation.close(client)
            Foundation.close(server)
            return
        }
        open.withLock { $0.formUnion([client, server]) }
        let halves = Lock(2)
        for (source, sink) in [(client, server), (server, client)] {
            Thread.detachNewThread { [self] in
                pump(from: source, to: sink)
                shutdown(client, Int32(SHUT_RDWR))
                shutdown(server, Int32(SHUT_RDWR))
                let isLast = halves.withLock { left in
                    left -= 1
                    return left == 0
                }
                guard isLast else { return }
                open.withLock { $0.subtract([client, server]) }
                Foundation.close(client)
                Foundation.close(server)
            }
        }
    }

    private func pump(from source: Int32, to sink: Int32) {
        var buffer = [UInt8](repeating: 0, count: 262_144)
        while case let count = read(source, &buffer, buffer.count), count > 0 {
            let milliseconds = delay.withLock { $0 }
            // A long cable: the time that it takes is the matter.
            if milliseconds > 0 { usleep(UInt32(milliseconds) * 1_000) }
            var sent = 0
            while sent < count {
                let written = buffer[sent..<count].withUnsafeBytes {
                    send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard written > 0 else { return }
                sent += written
            }
        }
    }

    private static func with(
        _ address: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var socket = sockaddr_in()
        socket.sin_family = sa_family_t(AF_INET)
        socket.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &socket.sin_addr)
        return withUnsafePointer(to: &socket) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
