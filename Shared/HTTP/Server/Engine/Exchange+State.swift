/// Where one request stands. Pure: `Exchange` does what the returned values say, under its lock.
///
/// ```
/// receiving ── began ──> running ── parked ──> suspended
///                           │ finished            │ finished, resumes
///                           └──────> ready <──────┘
///                                      │ taken
///                                   sending          any ── completed ──> gone
/// ```
struct ExchangeState {
    enum Phase {
        /// The body is still coming in.
        case receiving
        /// The handler has begun, and the event loop's callback has not returned yet.
        case running
        /// The handler is at work, and the event loop has let go of the connection.
        case suspended
        /// Answered; the event loop is to take the answer.
        case ready(Response)
        case sending
        /// libmicrohttpd is done with the request: its connection must not be touched any more.
        case gone
    }

    private(set) var phase = Phase.receiving
    private(set) var body: [UInt8] = []
    /// Why the request will not be handled, whatever follows.
    private(set) var refusal: Problem?
    /// Bytes read and thrown away, so that the client gets to read why it was refused.
    private var discarded = 0
    static let discardLimit = 65_536

    // MARK: Receiving

    mutating func refuse(_ problem: Problem) {
        refusal = problem
        body = []
    }

    /// False: hang up, the client goes on sending what it was told is too much.
    mutating func received(_ bytes: UnsafeRawBufferPointer, limit: Int) -> Bool {
        if refusal == nil, body.count + bytes.count > limit { refuse(Problem(tooLarge: limit)) }
        guard refusal == nil else {
            discarded += bytes.count
            return discarded <= max(limit, Self.discardLimit)
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }

    /// Returns the body, which the request takes over without a copy.
    mutating func began() -> [UInt8] {
        phase = .running
        defer { body = [] }
        return body
    }

    // MARK: Answering

    /// The callback is about to return. True: no answer yet, so suspend the connection.
    mutating func parked() -> Bool {
        guard case .running = phase else { return false }
        phase = .suspended
        return true
    }

    enum Finished { case late, waitsForLoop, resume }

    /// An answer is there: the handler's, or that of a deadline. The first one counts.
    mutating func finished(_ response: Response) -> Finished {
        switch phase {
        case .running:
            phase = .ready(response)
            return .waitsForLoop
        case .suspended:
            phase = .ready(response)
            return .resume
        case .receiving, .ready, .sending, .gone:
            return .late
        }
    }

    mutating func taken() -> Response? {
        guard case .ready(let response) = phase else { return nil }
        phase = .sending
        return response
    }

    mutating func completed() {
        phase = .gone
        body = []
    }
}
