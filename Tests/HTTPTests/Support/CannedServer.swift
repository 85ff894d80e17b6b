import Glibc
import Threads

/// A server that says what it was told to, one connection after the other, and hangs up: for answers that no real server
/// gives.
final class CannedServer: Sendable {
    let port: UInt16
    /// First line of each request it has read.
    let requests = Recorder<String>()
    private let listener: Int32

    /// - Parameter connections: of each connection the answers, one a request; without a text it hangs up.
    static func with(
        _ connections: [[String]], _ body: (CannedServer) async throws -> Void
    ) async throws {
        let server = CannedServer()
        let thread = SystemThread(name: "canned-server") { server.serve(connections) }
        let result: Result<Void, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        // Ends an `accept` that still waits.
        shutdown(server.listener, Int32(SHUT_RDWR))
        thread.join()
        close(server.listener)
        try result.get()
    }

    private init() {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(listener, $0, size) == 0 && listen(listener, 16) == 0)
                getsockname(listener, $0, &size)
            }
        }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
    }

    var url: String { "http://127.0.0.1:\(port)/" }

    private func serve(_ connections: [[String]]) {
        for answers in connections {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            for answer in answers {
                var buffer = [UInt8](repeating: 0, count: 65_536)
                let count = recv(client, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                requests.record(String(decoding: buffer.prefix(count).prefix { $0 != 0x0d }, as: UTF8.self))
                guard !answer.isEmpty else { break }
                _ = send(client, answer, answer.utf8.count, Int32(MSG_NOSIGNAL))
            }
            close(client)
        }
    }
}
