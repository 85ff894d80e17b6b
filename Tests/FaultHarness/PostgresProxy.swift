import Foundation
import Threads

/// Stands between the services and Postgres, and loses replies: what was asked has been done, and whoever asked never hears.
final class PostgresProxy: Sendable {
    let port: UInt16
    private let listener: Int32
    private let target: UInt16
    private let links = Lock<[Link]>([])
    /// How often the reply to a prepared statement is to be lost yet, by its name.
    private let wanted = Lock<[String: Int]>([:])

    /// One connection, and whether its next reply is to be lost.
    private final class Link: Sendable {
        let client: Int32
        let server: Int32
        let losesNext = Lock(false)
        let isOpen = Lock(true)

        init(client: Int32, server: Int32) {
            self.client = client
            self.server = server
        }

        func shut() {
            isOpen.withLock { isOpen in
                guard isOpen else { return }
                isOpen = false
                shutdown(client, Int32(SHUT_RDWR))
                shutdown(server, Int32(SHUT_RDWR))
            }
        }
    }

    /// - Parameter url: of the server, on 127.0.0.1.
    init(to url: String) throws {
        guard let authority = url.split(separator: "@").last,
            let text = authority.split(separator: "/").first?.split(separator: ":").last,
            let target = UInt16(text)
        else { throw Broken("no port in the Postgres server's URL") }
        self.target = target
        port = try Programs.freePort()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        guard Self.withLoopback(port, { bind(listener, $0, $1) }) == 0, listen(listener, 100) == 0 else {
            throw Broken("the proxy cannot listen")
        }
        let accept = Thread { [self] in
            while case let client = Foundation.accept(listener, nil, nil), client >= 0 { take(client) }
        }
        accept.start()
    }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        for link in links.withLock({ $0 }) { link.shut() }
    }

    /// Loses the next reply of up to so many connections, and ends each as it does.
    func loseReplies(_ count: Int, _ random: Stage.Drawn) {
        let open = links.withLock { links in
            links.removeAll { !$0.isOpen.withLock { $0 } }
            return links
        }
        guard !open.isEmpty else { return }
        for _ in 0..<count { random.pick(open).losesNext.withLock { $0 = true } }
    }

    /// Loses the reply to the next transactions in which a statement is carried out.
    ///
    /// - Parameter statement: the name under which it is prepared.
    func loseReplies(to statement: String, _ count: Int) { wanted.withLock { $0[statement, default: 0] += count } }

    /// Of those asked for, how many are yet to be lost.
    func stillWanted(_ statement: String) -> Int { wanted.withLock { $0[statement] ?? 0 } }

    /// Whether the reply to what these bytes ask for is to be lost. To bind a statement its name is sent after the portal's,
    /// which is empty.
    private func isWanted(_ bytes: ArraySlice<UInt8>) -> Bool {
        wanted.withLock { wanted in
            for (name, count) in wanted where count > 0 {
                guard bytes.firstRange(of: [0] + Array(name.utf8) + [0]) != nil else { continue }
                wanted[name] = count - 1
                return true
            }
            return false
        }
    }

    private static func withLoopback(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private func take(_ client: Int32) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard Self.withLoopback(target, { connect(server, $0, $1) }) == 0 else {
            Foundation.close(client)
            Foundation.close(server)
            return
        }
        let link = Link(client: client, server: server)
        links.withLock { $0.append(link) }
        Thread.detachNewThread { self.pump(from: client, to: server, link, isReply: false) }
        Thread.detachNewThread { self.pump(from: server, to: client, link, isReply: true) }
    }

    private func pump(from source: Int32, to sink: Int32, _ link: Link, isReply: Bool) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(source, &buffer, buffer.count), count > 0 {
            // The server has done it by now: it answers once a transaction is committed.
            if isReply, link.losesNext.withLock({ $0 }) { break }
            if !isReply, isWanted(buffer[..<count]) { link.losesNext.withLock { $0 = true } }
            var sent = 0
            while sent < count {
                let written = buffer.withUnsafeBytes {
                    send(sink, $0.baseAddress! + sent, count - sent, Int32(MSG_NOSIGNAL))
                }
                guard written > 0 else { break }
                sent += written
            }
            if sent < count { break }
        }
        link.shut()
    }
}
