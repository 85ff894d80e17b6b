import CMicroHTTPD
import HTTPMessages
import Synchronization
import Threads

/// One request and its answer, from the first header to the last byte sent.
///
/// Two threads meet here: the event loop that owns the connection, and the task that runs the handler. Every use of the
/// connection's address by the task's side happens under `guarded`'s lock and in a phase in which libmicrohttpd still has
/// the request. Lock order: `Connection`, then `Exchange` or `BodyPipe`, then libmicrohttpd's own mutex.
final class Exchange: Sendable {
    private struct Guarded {
        var state = ExchangeState()
        var record = ExchangeRecord()
        /// nil for a request that is refused.
        var plan: Plan?
        var task: Task<Void, Never>?
        var pipe: BodyPipe?
        /// Bytes of the body, taken from the server's budget.
        var taken = 0
    }

    /// Who is to answer, and what is known when the headers are in.
    private struct Plan {
        let route: Route
        let values: [String]
        let method: Method
        let target: Target
        let headers: Fields
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

    /// Headers are in. Refuses what must not be read further. False closes the connection.
    func headersReceived(method: Method) -> Bool {
        let headers = handle.fields(.HEADER_KIND)
        let rawTarget = connection.takeTarget()
        guarded.withLock { $0.record.method = method }
        if let problem = framingProblem(headers) ?? sizeProblem(target: rawTarget, headers: handle.headerSize) {
            return queue(problem.response)
        }
        guard let target = Target(rawTarget) else { return refuse(Problem(.malformedTarget), headers) }
        switch server.router.resolve(method, target) {
        case .refused(let problem, let pattern):
            guarded.withLock { $0.record.route = pattern }
            return refuse(problem, headers)
        case .route(let route, let values):
            guarded.withLock { guarded in
                guarded.record.route = route.pattern
                guarded.plan = Plan(
                    route: route, values: values, method: method, target: target, headers: headers)
            }
            if let length = headers["Content-Length"], Int(length).map({ $0 > route.limits.bytes }) ?? true {
                return queue(Problem(tooLarge: route.limits.bytes).response)
            }
        }
        connection.expect(within: server.settings.bodyTimeout)
        return true
    }

    /// Part of the body. False closes the connection.
    func bodyReceived(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let hasRoom = server.bodies.take(bytes.count)
        return guarded.withLock { guarded in
            guarded.record.bytesIn += bytes.count
            if hasRoom { guarded.taken += bytes.count } else { guarded.state.refuse(.overloaded) }
            return unsafe guarded.state.received(bytes, limit: guarded.plan?.route.limits.bytes ?? 0)
        }
    }

    /// The request is whole, or the connection has been resumed: answer if there is an answer, else run the handler.
    func requestReceived() -> Bool {
        if let response = guarded.withLock({ $0.state.taken() }) { return queue(response) }
        let (plan, refusal) = guarded.withLock { ($0.plan, $0.state.refusal) }
        if let refusal { return queue(refusal.response) }
        guard let plan else { return false }
        // `Server.stop` says "closing" before it looks for busy connections: either it sees this one, or this sees it.
        guard !server.isClosing else { return queue(Problem.shuttingDown.response) }
        guard server.handlers.take() else { return queue(Problem.overloaded.response) }
        connection.expect(within: plan.route.timeout ?? server.settings.handlerTimeout)
        let body = guarded.withLock { $0.state.began() }
        let request = Request(plan.method, plan.target, headers: plan.headers, body: body)
        run(plan.route, RequestContext(request, plan.route, plan.values))

        let response = guarded.withLock { guarded -> Response? in
            // Inside the lock, so that no answer can resume the connection before it is suspended.
            if guarded.state.parked() { handle.suspend() }
            return guarded.state.taken()
        }
        return response.map(queue) ?? true
    }

    /// libmicrohttpd is done with the request, for better or worse.
    func completed() {
        let (task, taken, observation) = guarded.withLock { guarded in
            guarded.state.completed()
            guarded.pipe = nil
            return (guarded.task.take(), guarded.taken, guarded.record.observation)
        }
        task?.cancel()
        server.bodies.give(taken)
        server.settings.observe?(observation)
    }

    /// Once a short body has been read, so that the connection stays open; else now, which closes it.
    private func refuse(_ problem: Problem, _ headers: Fields) -> Bool {
        let length = Int(headers["Content-Length"] ?? "0") ?? .max
        guard length <= ExchangeState.discardLimit, headers["Expect"] == nil else { return queue(problem.response) }
        guarded.withLock { $0.state.refuse(problem) }
        return true
    }

    private func sizeProblem(target: [UInt8], headers: Int) -> Problem? {
        if target.count > server.settings.targetLimit {
            return Problem(.targetTooLong, members: ["limit": .integer(server.settings.targetLimit)])
        }
        if headers - target.count > server.settings.headerLimit {
            return Problem(.headersTooLarge, members: ["limit": .integer(server.settings.headerLimit)])
        }
        return nil
    }

    // MARK: Task's side

    private func run(_ route: Route, _ context: RequestContext) {
        let work: @Sendable () async -> Void = { [self] in
            finished(await server.router.run(route, context))
            server.handlers.give()
        }
        // To decode a long body takes long, during which the loop's other connections would wait.
        let isShort = context.request.body.count <= 65_536
        let task = isShort ? Task.immediate(operation: work) : Task(operation: work)
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

    /// Answers in the handler's place and cancels it, if there is something to answer.
    ///
    /// - Parameter mayAnswer: asked under the lock, where no new step can begin.
    func expire(_ response: Response, if mayAnswer: () -> Bool = { true }) {
        let task = guarded.withLock { guarded -> Task<Void, Never>? in
            guard mayAnswer() else { return nil }
            let outcome = guarded.state.finished(response)
            guard outcome != .late else { return nil }
            // Before the event loop goes on with it: what that expects next must stand.
            connection.expect(within: server.settings.writeTimeout)
            if outcome == .resume { handle.resume() }
            return guarded.task
        }
        task?.cancel()
    }

    /// Sends a stream's sign of life if it is time.
    func beat() {
        guarded.withLock { $0.pipe }?.beat()
    }

    /// Ends a streaming answer: cleanly when the server closes, cut when the client has left.
    func endStream() {
        guarded.withLock { $0.pipe }?.end()
    }

    // MARK: Sending

    private func queue(_ response: Response) -> Bool {
        let built: MHDResponse?
        switch response.body {
        case .bytes(let bytes):
            connection.expect(within: server.settings.writeTimeout)
            built = MHDResponse(bytes)
        case .stream(let stream, let heartbeat):
            guard server.streams.take() else { return queue(Problem.overloaded.response) }
            connection.expect(within: server.settings.writeTimeout)
            let pipe = BodyPipe(stream, heartbeat: heartbeat, connection, handle, server)
            guarded.withLock { $0.pipe = pipe }
            built = MHDResponse(pipe)
            if built == nil { server.streams.give() }
        }
        guard let built else { return false }
        for field in response.headers.all where !built.add(field.name, field.value) {
            // A line break in a value, say. Sending it would let a client forge headers.
            return queue(Problem(.internalError).response)
        }
        // After HEAD libmicrohttpd 0.9.75 sends the last chunk of a body that it did not send: nothing must follow it.
        let isHEAD = guarded.withLock { $0.plan?.method == .head }
        if server.isDraining || (isHEAD && response.isStream) { _ = built.add("Connection", "close") }
        guarded.withLock { $0.record.status = response.status }
        return handle.queue(response.status, built)
    }
}
