import Glibc
import Threads

/// A server that takes a request and then hangs up, as one does that dies at that moment.
final class RudeServer: Sendable {
    enum Manner: Sendable {
        /// The whole request is read, and nothing is answered.
        case silent
        /// The answer breaks off before its body.
        case halfAnswer
    }

    let port: UInt16
    private let listener: Int32
    private let requests = Count()

    /// How many whole requests were read.
    var received: Int { requests.value.withLock { $0 } }

    private final class Count: Sendable { let value = Lock(0) }

    /// - Precondition: the machine lends a port.
    init(_ manner: Manner) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        precondition(isListening, "no port on 127.0.0.1 is to be had")
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        SystemThread(name: "rude-server") { [requests] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                if Self.readRequest(connection) { requests.value.withLock { $0 += 1 } }
                if manner == .halfAnswer {
                    let start = Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".utf8)
                    _ = send(connection, start, start.count, Int32(MSG_NOSIGNAL))
                }
                close(connection)
            }
            close(listener)
        }.detach()
    }

    /// A port on which nobody listens.
    static var nobody: UInt16 {
        let server = RudeServer(.silent)
        server.stop()
        return server.port
    }

    /// The thread that accepts closes the listener: closed here, its number could be the next server's before that thread has
    /// left it.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func readRequest(_ connection: Int32) -> Bool {
        var request: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: request, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let length = text.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                let wanted = length.flatMap { Int($0.dropFirst("content-length:".count).filter { $0 != " " }) } ?? 0
                if text[end.upperBound...].utf8.count >= wanted { return true }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return false }
            request += buffer[..<count]
        }
    }
}
