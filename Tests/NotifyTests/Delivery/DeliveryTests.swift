import Contracts
import Testing

@testable import muster_notify

/// One delivery, one event, the whole delivery that must come out.
@Suite struct DeliveryTests {
    let policy = DeliveryPolicy(quietHours: QuietHours(from: 21 * 60, to: 7 * 60, time: CityTime()))
    /// A Tuesday, 10:00 in the city.
    let noon = time("2026-11-24T02:00:00.000Z")

    func sample(_ channel: Channel = .webhook, isUrgent: Bool = false) -> Delivery {
        Delivery(
            notice: .fixed(0), channel: channel, isUrgent: isUrgent,
            afterUnknown: isUrgent ? .sendAgain : .markUnknown, expires: noon + .hours(48), state: .pending(due: noon))
    }

    func sending(_ channel: Channel = .webhook, isUrgent: Bool = false, at now: Instant? = nil) throws -> Delivery {
        let now = now ?? noon
        return try #require(sample(channel, isUrgent: isUrgent).decide(.claimed(at: now, lease: now), policy))
    }

    @Test func `what is due is claimed, and counted`() throws {
        var expected = sample()
        expected.state = .sending(lease: noon + .seconds(30))
        expected.attempt = 1
        #expect(sample().decide(.claimed(at: noon, lease: noon + .seconds(30)), policy) == expected)
    }

    @Test func `what is not due, or under way already, is not claimed`() throws {
        #expect(sample().decide(.claimed(at: noon - .seconds(1), lease: noon), policy) == nil)
        #expect(try sending().decide(.claimed(at: noon, lease: noon), policy) == nil)
    }

    @Test func `what nobody needs to know any more is dropped`() {
        let expiry = noon + .hours(48)
        #expect(sample().decide(.expired(at: expiry), policy)?.state == .settled(.dropped, SendReason("expired")))
        #expect(sample().decide(.expired(at: expiry - .seconds(1)), policy) == nil)
        #expect(sample().decide(.claimed(at: expiry, lease: expiry), policy) == nil)
        var tried = sample()
        tried.failures = 1
        #expect(tried.decide(.expired(at: expiry), policy)?.state == .settled(.failed, SendReason("expired")))
    }

    @Test func `an ordinary message waits for the morning, an urgent one does not, and the inbox makes no noise`()
        throws
    {
        let night = time("2026-11-24T13:00:00.000Z")
        let morning = time("2026-11-24T23:00:00.000Z")
        #expect(sample(.wecom).decide(.claimed(at: night, lease: night), policy)?.state == .pending(due: morning))
        for delivery in [sample(.wecom, isUrgent: true), sample(.inbox), sample(.webhook)] {
            #expect(delivery.decide(.claimed(at: night, lease: night), policy)?.state == .sending(lease: night))
        }
    }

    @Test(arguments: [
        (SendOutcome.delivered, DeliveryState.settled(.delivered, nil)),
        (.refused(SendReason("http", code: 410)), .settled(.failed, SendReason("http", code: 410))),
        (.retry(SendReason("unreachable")), .pending(due: time("2026-11-24T02:00:05.000Z"))),
        (.retry(SendReason("http", code: 503), after: .seconds(9)), .pending(due: time("2026-11-24T02:00:09.000Z"))),
        (.limited(SendReason("limited"), wait: .minutes(1)), .pending(due: time("2026-11-24T02:01:00.000Z"))),
        (.unknown(SendReason("timeout")), .pending(due: time("2026-11-24T02:00:05.000Z"))),
    ])
    func `an outcome settles the delivery or says when to go on`(outcome: SendOutcome, state: DeliveryState) throws {
        #expect(try sending().decide(.ended(outcome, attempt: 1, at: noon), policy)?.state == state)
    }

    @Test func `a robot that may have spoken is not told again, unless it is urgent`() throws {
        let lost = DeliveryEvent.ended(.unknown(SendReason("timeout")), attempt: 1, at: noon)
        #expect(
            try sending(.wecom).decide(lost, policy)?.state == .settled(.unknown, SendReason("timeout")))
        #expect(
            try sending(.wecom, isUrgent: true).decide(lost, policy)?.state == .pending(due: noon + .minutes(1)))
        let lapsed = DeliveryEvent.leaseLapsed(attempt: 1, at: noon)
        #expect(
            try sending(.wecom).decide(lapsed, policy)?.state == .settled(.unknown, SendReason("lease-lapsed")))
    }

    @Test func `only what is a failure of the attempt brings the end nearer`() throws {
        #expect(
            try sending().decide(.ended(.limited(SendReason("x"), wait: .zero), attempt: 1, at: noon), policy)?.failures
                == 0)
        #expect(try sending().decide(.ended(.retry(SendReason("x")), attempt: 1, at: noon), policy)?.failures == 1)
    }

    @Test func `trying ends when the schedule does`() throws {
        var delivery = sample(.sms, isUrgent: true)
        var now = noon
        var attempts = 0
        while case .pending(let due) = delivery.state {
            now = due
            delivery = try #require(delivery.decide(.claimed(at: now, lease: now), policy))
            attempts += 1
            let outcome = DeliveryEvent.ended(.retry(SendReason("http", code: 500)), attempt: attempts, at: now)
            delivery = try #require(delivery.decide(outcome, policy))
        }
        #expect(delivery.state == .settled(.failed, SendReason("http", code: 500)))
        #expect(attempts == RetrySchedule.standard(for: .sms).attempts)
    }

    @Test func `a failure after an attempt without an answer is no certain failure`() throws {
        var delivery = try sending()
        delivery = try #require(delivery.decide(.ended(.unknown(SendReason("timeout")), attempt: 1, at: noon), policy))
        delivery = try #require(delivery.decide(.claimed(at: noon + .minutes(1), lease: noon), policy))
        let gone = DeliveryEvent.ended(.refused(SendReason("http", code: 410)), attempt: 2, at: noon + .minutes(1))
        #expect(delivery.decide(gone, policy)?.state == .settled(.unknown, SendReason("http", code: 410)))
    }

    @Test func `an outcome of an earlier claim counts for nothing`() throws {
        var delivery = try sending()
        delivery = try #require(delivery.decide(.leaseLapsed(attempt: 1, at: noon), policy))
        delivery = try #require(delivery.decide(.claimed(at: noon + .minutes(1), lease: noon), policy))
        #expect(delivery.decide(.ended(.refused(SendReason("x")), attempt: 1, at: noon), policy) == nil)
        #expect(delivery.decide(.leaseLapsed(attempt: 1, at: noon), policy) == nil)
    }

    @Test func `a good answer that comes after the lease lapsed saves the second attempt`() throws {
        let lapsed = try #require(try sending().decide(.leaseLapsed(attempt: 1, at: noon), policy))
        #expect(lapsed.decide(.ended(.delivered, attempt: 1, at: noon), policy)?.state == .settled(.delivered, nil))
        #expect(lapsed.decide(.ended(.retry(SendReason("x")), attempt: 1, at: noon), policy) == nil)
    }

    @Test func `what became pointless is dropped while it waits, and not while it is being sent`() throws {
        #expect(sample().decide(.mooted, policy)?.state == .settled(.dropped, SendReason("moot")))
        #expect(try sending().decide(.mooted, policy) == nil)
    }
}

func time(_ text: String) -> Instant {
    guard let instant = Instant(text) else { preconditionFailure("\(text) is no time") }
    return instant
}

extension EventID {
    /// An id that ends in the given byte.
    static func fixed(_ byte: UInt8) -> EventID {
        let tail = String(byte, radix: 16)
        let text = "00000000-0000-8000-8000-" + String(repeating: "0", count: 12 - tail.count) + tail
        guard let id = EventID(text) else { preconditionFailure("\(text) is no id") }
        return id
    }
}
