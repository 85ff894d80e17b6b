import Contracts

/// What goes the same way and so shares its limits: one robot, one endpoint, one gateway.
struct Lane: Sendable, Hashable {
    private var window: SlidingWindow?
    private var breaker: CircuitBreaker
    private var pausedUntil: Instant?

    init(window: SlidingWindow?, breaker: CircuitBreaker = CircuitBreaker()) {
        self.window = window
        self.breaker = breaker
    }

    /// - Parameter recent: when notices were last sent this way, in order; else a new holder of the lane would begin with
    ///   an empty window.
    static func standard(for channel: Channel, recent: [Instant] = []) -> Lane {
        switch channel {
        case .inbox: Lane(window: nil)
        case .webhook: Lane(window: SlidingWindow(limit: 300, per: .minutes(1), recent: recent))
        // "A robot sends at most 20 messages a minute" (developer.work.weixin.qq.com/document/path/91770).
        case .wecom: Lane(window: SlidingWindow(limit: 20, per: .minutes(1), recent: recent))
        case .sms: Lane(window: SlidingWindow(limit: 600, per: .minutes(1), recent: recent))
        }
    }

    /// Nil: send now, it is counted. Else when to ask again; nothing is counted.
    mutating func admit(at now: Instant) -> Instant? {
        if let pausedUntil, now < pausedUntil { return pausedUntil }
        // The window first: it counts only what the breaker lets go as well.
        if let wait = window?.roomAt(now) { return wait }
        if let wait = breaker.admit(at: now) { return wait }
        _ = window?.admit(at: now)
        return nil
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
