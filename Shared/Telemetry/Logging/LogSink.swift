import Glibc
import Threads

/// Where lines go.
public protocol LogSink: Sendable {
    /// Takes one line, its line feed included. Called from any thread.
    func write(_ line: [UInt8])
}

/// Lines to a file descriptor, each by one `write(2)`, so that lines of several processes on one pipe stay whole up to
/// the pipe's atomic size (4,096 bytes on Linux).
public struct DescriptorSink: LogSink {
    /// Standard error.
    public static let standardError = DescriptorSink(STDERR_FILENO)

    private let descriptor: Int32
    /// In milliseconds.
    private let patience: Int32

    /// - Parameters:
    ///   - descriptor: stays open as long as the sink is used.
    ///   - patience: how long a write waits for a reader that takes nothing, where the descriptor is non-blocking; in
    ///     milliseconds.
    public init(_ descriptor: Int32, patience: Int32 = 100) {
        self.descriptor = descriptor
        self.patience = patience
    }

    /// What can't be written is lost, since there is nowhere left to say so.
    public func write(_ line: [UInt8]) {
        var rest = line[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&wait, 1, patience) > 0 else { return }
            } else if errno != EINTR {
                return
            }
        }
    }
}

/// Keeps lines in memory, for tests.
public final class MemorySink: LogSink {
    private let captured = Lock<[String]>([])

    public init() {}

    public func write(_ line: [UInt8]) {
        let text = String(decoding: line.dropLast(), as: UTF8.self)
        captured.withLock { $0.append(text) }
    }

    /// What was written so far, without line feeds.
    public var lines: [String] {
        captured.withLock { $0 }
    }
}
