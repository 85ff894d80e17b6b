import CMicroHTTPD
import Synchronization
import Threads

/// Carries a streaming body from an `AsyncStream` to the event loop.
///
/// The loop asks for bytes (`read`). With none there, it lets go of the connection, and the next
/// chunk hands it back: nobody polls. The stream is only asked for its next chunk when the last one
/// has been taken, so a slow client holds one chunk here, and what the stream buffers is its maker's choice.
final class BodyPipe: Sendable {
    private struct State {
        var chunk: [UInt8] = []
        var sent = 0
        var isParked = false
        var hasEnded = false
        var hasStarted = false
        var pump: Task<Void, Never>?
        /// Waits for the current chunk to be taken.
        var producer: CheckedContinuation<Void, Never>?
    }

    private let stream: any AsyncSequence<[UInt8], Never> & Sendable
    private let handle: MHDConnection
    private let state = Lock(State())

    init(_ stream: any AsyncSequence<[UInt8], Never> & Sendable, _ handle: MHDConnection) {
        self.stream = stream
        self.handle = handle
    }

    var isParked: Bool { state.withLock { $0.isParked } }

    /// On the event loop's thread: bytes copied, 0 having suspended the connection, or -1 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        startPumpOnce()
        let (count, producer) = state.withLock { state -> (Int, CheckedContinuation<Void, Never>?) in
            let count = min(buffer.count, state.chunk.count - state.sent)
            guard count > 0 else {
                if state.hasEnded { return (MHD_CONTENT_READER_END_OF_STREAM, nil) }
                state.isParked = true
                handle.suspend()
                return (0, nil)
            }
            unsafe state.chunk.withUnsafeBytes { chunk in
                unsafe buffer.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: chunk[state.sent..<(state.sent + count)]))
            }
            state.sent += count
            return (count, state.sent == state.chunk.count ? state.producer.take() : nil)
        }
        producer?.resume()
        return count
    }

    /// At the first read and not before: a HEAD request has the response made but never read.
    private func startPumpOnce() {
        let starts = state.withLock { state in
            defer { state.hasStarted = true }
            return !state.hasStarted
        }
        guard starts else { return }
        let pump = Task { [self] in
            for await chunk in stream where !chunk.isEmpty { await write(chunk) }
            end()
        }
        let alreadyEnded = state.withLock { state in
            if !state.hasEnded { state.pump = pump }
            return state.hasEnded
        }
        if alreadyEnded { pump.cancel() }
    }

    private func write(_ chunk: [UInt8]) async {
        await withCheckedContinuation { continuation in
            let refused = state.withLock { state in
                guard !state.hasEnded else { return true }
                state.chunk = chunk
                state.sent = 0
                state.producer = continuation
                if state.isParked {
                    state.isParked = false
                    handle.resume()
                }
                return false
            }
            if refused { continuation.resume() }
        }
    }

    /// No more bytes after those already here. From any thread, any number of times.
    func end() {
        let (pump, producer) = state.withLock { state in
            state.hasEnded = true
            if state.isParked {
                state.isParked = false
                handle.resume()
            }
            return (state.pump.take(), state.producer.take())
        }
        pump?.cancel()
        producer?.resume()
    }

    /// libmicrohttpd has let go of the response; the connection may be freed next.
    func freed() {
        state.withLock { $0.isParked = false }
        end()
    }
}
