import Glibc
import Threads

/// A server that reads one request a connection, says what it was told to, and hangs up: for answers that no real server
/// gives.
func withCannedServer(answers: [String], _ body: (_ port: UInt16) async throws -> Void) async throws {
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
    let thread = SystemThread(name: "canned-server") {
        for answer in answers {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            _ = recv(client, &buffer, buffer.count, 0)
            _ = send(client, answer, answer.utf8.count, Int32(MSG_NOSIGNAL))
            close(client)
        }
    }
    let result: Result<Void, any Error>
    do { result = .success(try await body(UInt16(bigEndian: address.sin_port))) } catch { result = .failure(error) }
    // Ends an `accept` that still waits.
    shutdown(listener, Int32(SHUT_RDWR))
    thread.join()
    close(listener)
    try result.get()
}
