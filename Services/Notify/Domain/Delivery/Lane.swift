import Contracts

/// What goes the same way and so shares its limits: one robot, one endpoint, one gateway. In city time, as the
/// deliveries' own waits are.
struct Lane: Sendable, Hashable {
    private var window: SlidingWindow
    private var breaker: CircuitBreaker
    private var pausedUntil: Instant?

    init(window: SlidingWindow, breaker: CircuitBreaker = CircuitBreaker()) {
        self.window = window
        self.breaker = breaker
    }

    /// A lane that nothing has gone by yet.
    static func standard(for channel: Channel) -> Lane { Lane(channel, Record()) }

    /// Nil: one may be sent. Else when to ask again.
    func wait(at now: Instant) -> Instant? {
        if let pausedUntil, now < pausedUntil { return pausedUntil }
        return window.wait(at: now) ?? breaker.wait(at: now)
    }

    /// Nil: send now, it is counted. Else what `wait` says, and nothing is counted.
    mutating func admit(at now: Instant) -> Instant? {
        if let wait = wait(at: now) { return wait }
        return breaker.admit(at: now) ?? window.admit(at: now)
    }

    mutating func ended(_ outcome: SendOutcome, at now: Instant) {
        switch outcome {
        // A refusal of one notice says that the channel works.
        case .delivered, .refused: breaker.succeeded()
        case .retry(_, let after):
            breaker.failed(at: now)
            if let after { pause(until: now + after) }
        case .limited(_, let wait):
            breaker.succeeded()
            pause(until: now + wait)
        case .unknown: breaker.failed(at: now)
        }
    }

    private mutating func pause(until instant: Instant) {
        pausedUntil = max(pausedUntil ?? instant, instant)
    }
}

extension Lane {
    /// What there is to remember of a lane between two senders; the limits themselves are the program's.
    struct Record: Codable, Sendable, Hashable {
        /// Milliseconds since 1970, oldest first.
        var admitted: [Int64] = []
        var breaker = CircuitBreaker.State.closed(failures: 0)
        var pausedUntil: Instant?
    }

    init(_ channel: Channel, _ record: Record) {
        window = SlidingWindow(
            limit: channel.notesPerMinute, per: .minutes(1),
            admitted: record.admitted.map { Instant(milliseconds: $0) })
        breaker = CircuitBreaker(state: record.breaker)
        pausedUntil = record.pausedUntil
    }

    var record: Record {
        Record(admitted: window.admitted.map(\.milliseconds), breaker: breaker.state, pausedUntil: pausedUntil)
    }
}

extension Channel {
    /// What one lane may take.
    fileprivate var notesPerMinute: Int {
        switch self {
        // "A robot sends at most 20 messages a minute" (developer.work.weixin.qq.com/document/path/91770).
        case .wecom: 20
        // Ours: no receiver has to stand more.
        case .webhook: 60
        case .sms: 120
        // Nothing is sent.
        case .inbox: .max
        }
    }
}
