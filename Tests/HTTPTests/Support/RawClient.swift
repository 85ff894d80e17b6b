import Glibc
import HTTPMessages
import Threads

/// A client that sends exactly the bytes it is told to, at the pace it is told to.
///
/// Its calls block: use it in `onThread`, never on Swift's pool, whose few threads the server's handlers need.
final class RawClient {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(port: UInt16, host: String = "127.0.0.1") throws {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let found else {
            throw Failure(description: "address")
        }
        defer { freeaddrinfo(found) }
        descriptor = socket(found.pointee.ai_family, found.pointee.ai_socktype, 0)
        guard descriptor >= 0, Glibc.connect(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0 else {
            throw Failure(description: "connect: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    // MARK: Sending

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// - Throws: when the server has closed the connection.
    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "send: \(String(cString: strerror(errno)))") }
            sent += count
        }
    }

    /// Says that nothing more will be sent.
    func shutdownSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Leaves with a reset in place of a goodbye when this is let go of.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Takes so little unread data that a sender soon has to wait.
    func shrinkReceiveBuffer() {
        var size: Int32 = 1_024
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }

    // MARK: Receiving

    /// Whether the other side has closed, within the time; what it sent before is read and thrown away.
    func isClosed(within limit: Duration = .seconds(10)) -> Bool {
        let deadline = ContinuousClock.now + limit
        while true {
            switch receive(until: deadline) {
            case .bytes: continue
            case .closed: return true
            case .late: return false
            }
        }
    }

    /// Leaves what comes unread.
    func receivesNothing(for limit: Duration) -> Bool {
        var entry = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&entry, 1, Int32(limit.components.attoseconds / 1_000_000_000_000_000)) == 0
    }

    /// The next answer, without what follows it.
    ///
    /// - Parameter toHEAD: it has no body, whatever its fields say.
    func answer(toHEAD: Bool = false, within limit: Duration = .seconds(10)) throws -> RawAnswer {
        let deadline = ContinuousClock.now + limit
        while true {
            var end = 0
            if let answer = RawAnswer(buffer, isHEAD: toHEAD, end: &end) {
                buffer.removeFirst(end)
                return answer
            }
            try receiveMore(until: deadline)
        }
    }

    /// Everything until these bytes have come, and they.
    func read(through text: String, within limit: Duration = .seconds(10)) throws -> String {
        let deadline = ContinuousClock.now + limit
        while true {
            if let range = buffer.firstRange(of: Array(text.utf8)) {
                defer { buffer.removeFirst(range.upperBound) }
                return String(decoding: buffer[..<range.upperBound], as: UTF8.self)
            }
            try receiveMore(until: deadline)
        }
    }

    private func receiveMore(until deadline: ContinuousClock.Instant) throws {
        switch receive(until: deadline) {
        case .bytes(let bytes): buffer += bytes
        case .closed:
            throw Failure(description: "closed after \(String(decoding: buffer, as: UTF8.self).debugDescription)")
        case .late:
            throw Failure(description: "nothing more after \(String(decoding: buffer, as: UTF8.self).debugDescription)")
        }
    }

    private enum Received { case bytes([UInt8]), closed, late }

    private func receive(until deadline: ContinuousClock.Instant) -> Received {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let left = (deadline - .now).components
        let milliseconds = max(0, left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000)
        guard poll(&entry, 1, Int32(milliseconds)) > 0 else { return .late }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        return count > 0 ? .bytes(Array(bytes.prefix(count))) : .closed
    }
}

/// Runs blocking calls on a thread of their own.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        SystemThread(name: "raw-client") {
            continuation.resume(with: Swift.Result(catching: body))
        }.detach()
    }
}

/// Runs blocking calls with one connection to a server.
func withRawClient<Result: Sendable>(
    _ port: UInt16, _ body: @escaping @Sendable (RawClient) throws -> Result
) async throws -> Result {
    try await onThread { try body(RawClient(port: port)) }
}
