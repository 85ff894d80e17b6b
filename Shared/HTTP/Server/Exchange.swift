import Threads
import CMicroHTTPD
import Synchronization

/// One request and its answer, from the first header to the last byte sent.
///
/// Two threads meet here: the event loop that owns the connection, and the task that runs the
/// handler. Every use of the connection's address by the task's side happens under `state`'s lock
/// and in a phase in which libmicrohttpd still has the request. Lock order: `Connection`, then
/// `Exchange` or `BodyPipe`, then libmicrohttpd's own mutex.
final class Exchange: Sendable {
    private struct Guarded {
        var state = ExchangeState()
        var headers = Fields()
        var task: Task<Void, Never>?
        var pipe: BodyPipe?
    }

    let connection: Connection
    private let handle: MHDConnection
    private let server: ServerCore
    private let guarded = Lock(Guarded())

    init(server: ServerCore, connection: Connection, handle: MHDConnection) {
        self.server = server
        self.connection = connection
        self.handle = handle
    }

    // MARK: Event loop's side

    /// Headers are in. Refuses what must not be read further.
    func headersReceived() -> Bool {
        let headers = handle.fields(.HEADER_KIND)
        if let refusal = refusal(of: headers, bodyLimit: server.settings.bodyLimit) { return queue(refusal) }
        guarded.withLock { $0.headers = headers }
        connection.expect(within: server.settings.bodyTimeout)
        return true
    }

    /// Part of the body. False closes the connection.
    func bodyReceived(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guarded.withLock { $0.state.received(bytes, limit: server.settings.bodyLimit) } != .hangUp
    }

    /// The request is whole, or the connection has been resumed: answer if there is an answer, else run the handler.
    func requestReceived(method: String, path: String) -> Bool {
        if let response = guarded.withLock({ $0.state.taken() }) { return queue(response) }

        guard guarded.withLock({ $0.state.excess }) == 0 else { return queue(.plain(413, "body too large\n")) }
        // `HTTPServer.stop` says "closing" before it looks for busy connections: either it sees this one, or this sees it.
        guard !server.isClosing else { return queue(.plain(503, "closing\n")) }
        server.exchangeBegan()
        connection.expect(within: server.settings.handlerTimeout)
        let request = Request(
            method: method, path: path,
            query: handle.fields(.GET_ARGUMENT_KIND), headers: guarded.withLock { $0.headers },
            body: guarded.withLock { $0.state.began() }
        )
        run(request)

        let response = guarded.withLock { guarded -> Response? in
            // Inside the lock, so that no answer can resume the connection before it is suspended.
            if guarded.state.parked() { handle.suspend() }
            return guarded.state.taken()
        }
        return response.map(queue) ?? true
    }

    /// libmicrohttpd is done with the request, for better or worse.
    func completed() {
        let task = guarded.withLock { guarded in
            guarded.state.completed()
            guarded.pipe = nil
            return guarded.task.take()
        }
        task?.cancel()
    }

    // MARK: Task's side

    private func run(_ request: Request) {
        let task: Task<Void, Never>
        switch server.handler {
        case .blocking(let handler):
            finished(Response(catching: { try handler(request) }))
            server.exchangeEnded()
            return
        case .inline(let handler):
            task = Task.immediate { [self] in
                finished(await Response(catching: { try await handler(request) }))
                server.exchangeEnded()
            }
        case .pooled(let handler):
            task = Task { [self] in
                finished(await Response(catching: { try await handler(request) }))
                server.exchangeEnded()
            }
        }
        guarded.withLock { guarded in
            switch guarded.state.phase {
            case .running: guarded.task = task
            default: break  // Answered already: nothing left to cancel.
            }
        }
    }

    private func finished(_ response: Response) {
        guarded.withLock { guarded in
            if guarded.state.finished(response) == .resume { handle.resume() }
        }
    }

    // MARK: Sweeper's side

    /// Whether the event loop has let go of the connection, and so cannot see the client leave.
    var isParked: Bool {
        guarded.withLock { guarded in
            if case .suspended = guarded.state.phase { return true }
            return guarded.pipe?.isParked ?? false
        }
    }

    /// Answers in the handler's place and cancels it. True when there was something to answer.
    func expire(_ response: Response) -> Bool {
        let (answered, task) = guarded.withLock { guarded in
            let outcome = guarded.state.finished(response)
            if outcome == .resume { handle.resume() }
            return (outcome != .late, guarded.task)
        }
        if answered { task?.cancel() }
        return answered
    }

    /// Ends a streaming answer: cleanly when the server closes, cut when the client has left.
    func endStream() {
        guarded.withLock { $0.pipe }?.end()
    }

    // MARK: Sending

    private func queue(_ response: Response) -> Bool {
        let built: OpaquePointer?
        switch response.body {
        case .bytes(let bytes):
            connection.expect(within: server.settings.writeTimeout)
            built = bytes.withUnsafeBytes { bytes in
                // MUST_COPY: libmicrohttpd sends after `bytes` is gone.
                MHD_create_response_from_buffer(
                    bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
            }
        case .stream(let stream):
            connection.expect(within: nil)
            let pipe = BodyPipe(stream, handle)
            guarded.withLock { $0.pipe = pipe }
            built = pipe.makeResponse()
        }
        guard let built else { return false }
        defer { MHD_destroy_response(built) }
        for (name, value) in response.headers.all where MHD_add_response_header(built, name, value) != .YES {
            // A line break in a value, say. Sending it would let a client forge headers.
            return queue(.plain(500, "internal error\n"))
        }
        if server.isDraining { _ = MHD_add_response_header(built, "Connection", "close") }
        return handle.queue(response.status, built)
    }
}

extension Response {
    fileprivate init(catching body: () throws -> Response) {
        do { self = try body() } catch { self = .failure(error) }
    }

    fileprivate init(catching body: () async throws -> Response) async {
        do { self = try await body() } catch { self = .failure(error) }
    }

    private static func failure(_ error: any Error) -> Response {
        (error as? any ResponseError)?.response ?? .plain(500, "internal error\n")
    }
}
