import CMicroHTTPD
import Threads

/// Carries a streaming body from an asynchronous sequence to the event loop.
///
/// The loop asks for bytes (`read`). With none there, it lets go of the connection, and the next chunk hands it back: nobody
/// polls. The sequence is only asked for its next chunk when the last one has been taken, so a slow client holds one chunk
/// here, and what the sequence buffers is its maker's choice.
final class BodyPipe: Sendable {
    private struct State {
        var chunk: [UInt8] = []
        var sent = 0
        /// The event loop has let go of the connection, having sent all there was.
        var isParked = false
        var hasEnded = false
        var hasStarted = false
        var pump: Task<Void, Never>?
        /// Waits for the current chunk to be taken.
        var producer: CheckedContinuation<Void, Never>?
        /// When to send the next sign of life, by the coarse clock.
        var nextHeartbeat = UInt64.max
    }

    private let stream: any AsyncSequence<[UInt8], Never> & Sendable
    private let heartbeat: Response.Heartbeat?
    private let connection: Connection
    private let handle: MHDConnection
    private let server: ServerCore
    private let state = Lock(State())

    init(
        _ stream: any AsyncSequence<[UInt8], Never> & Sendable, heartbeat: Response.Heartbeat?,
        _ connection: Connection, _ handle: MHDConnection, _ server: ServerCore
    ) {
        self.stream = stream
        self.heartbeat = heartbeat
        self.connection = connection
        self.handle = handle
        self.server = server
    }

    var isParked: Bool { state.withLock { $0.isParked } }

    // MARK: Event loop's side

    /// Bytes copied, 0 having suspended the connection, or `MHD_CONTENT_READER_END_OF_STREAM`.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        startPumpOnce()
        let (count, producer) = state.withLock { state -> (Int, CheckedContinuation<Void, Never>?) in
            let count = min(buffer.count, state.chunk.count - state.sent)
            guard count > 0 else {
                if state.hasEnded { return (MHD_CONTENT_READER_END_OF_STREAM, nil) }
                state.isParked = true
                if let heartbeat { state.nextHeartbeat = server.clock.deadline(in: heartbeat.interval) }
                connection.expect(within: nil)
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
        // A client that does not read must not hold its connection and a chunk for ever.
        if count > 0 { connection.expect(within: server.settings.writeTimeout) }
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

    /// libmicrohttpd has let go of the response; the connection may be freed next.
    func freed() {
        state.withLock { $0.isParked = false }
        end()
        server.streams.give()
    }

    // MARK: The pump's side

    private func write(_ chunk: [UInt8]) async {
        await withCheckedContinuation { continuation in
            let refused = state.withLock { state in
                guard !state.hasEnded else { return true }
                state.producer = continuation
                offer(chunk, &state)
                return false
            }
            if refused { continuation.resume() }
        }
    }

    private func offer(_ chunk: [UInt8], _ state: inout State) {
        state.chunk = chunk
        state.sent = 0
        unpark(&state)
    }

    private func unpark(_ state: inout State) {
        guard state.isParked else { return }
        state.isParked = false
        connection.expect(within: server.settings.writeTimeout)
        handle.resume()
    }

    // MARK: Any thread

    /// No more bytes after those already here. Any number of times.
    func end() {
        let (pump, producer) = state.withLock { state in
            state.hasEnded = true
            unpark(&state)
            return (state.pump.take(), state.producer.take())
        }
        pump?.cancel()
        producer?.resume()
    }

    /// Sends a sign of life if it is time. Parked means that the last chunk has been taken, so none is overwritten.
    func beat() {
        state.withLock { state in
            guard let heartbeat, state.isParked, !state.hasEnded, state.nextHeartbeat <= server.clock.now else {
                return
            }
            offer(heartbeat.bytes, &state)
        }
    }
}
