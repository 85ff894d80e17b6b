import Contracts
import Testing

@testable import muster_notify

/// Random lives of a delivery, beside a channel that remembers what really reached it.
@Suite struct DeliveryPropertyTests {
    static let policy = DeliveryPolicy(quietHours: QuietHours(from: 21 * 60, to: 7 * 60, time: CityTime()))

    /// Plays one life. Answers may be lost, senders may die, late answers come back, and the night falls.
    struct Life {
        var delivery: Delivery
        var random: Seeded
        var now = time("2026-11-24T02:00:00.000Z")
        var reached = 0
        var confirmed = false
        /// Outcomes that were delayed beyond the end of their lease.
        var late: [DeliveryEvent] = []

        init(seed: UInt64) {
            random = Seeded(seed)
            let isUrgent = Bool.random(using: &random)
            delivery = Delivery(
                notice: .fixed(UInt8.random(in: 0...255, using: &random)),
                channel: [.inbox, .webhook, .wecom, .sms].randomElement(using: &random)!, isUrgent: isUrgent,
                afterUnknown: isUrgent ? .sendAgain : .markUnknown,
                expires: now + .hours(Int.random(in: 1...100, using: &random)),
                state: .pending(due: now + .minutes(Int.random(in: 0...600, using: &random))))
        }

        mutating func apply(_ event: DeliveryEvent) {
            let before = delivery
            guard let after = delivery.decide(event, DeliveryPropertyTests.policy) else { return }
            if case .settled = before.state { Issue.record("\(event) moved a settled delivery") }
            #expect(after.attempt >= before.attempt && after.failures >= before.failures)
            if case .sending = after.state, before.keepsQuietHours {
                #expect(DeliveryPropertyTests.policy.quietHours.release(now) == now, "sent by night")
            }
            delivery = after
        }

        /// The sender's side of an attempt, against a channel that does as it likes.
        mutating func attempt() {
            let number = delivery.attempt
            switch Int.random(in: 0..<7, using: &random) {
            case 0:
                reached += 1
                confirmed = true
                apply(.ended(.delivered, attempt: number, at: now))
            case 1:
                reached += Bool.random(using: &random) ? 1 : 0
                apply(.ended(.unknown(SendReason("timeout")), attempt: number, at: now))
            case 2:
                // Dies with the request on its way, or before.
                reached += Bool.random(using: &random) ? 1 : 0
                apply(.leaseLapsed(attempt: number, at: now))
            case 3:
                reached += 1
                apply(.leaseLapsed(attempt: number, at: now))
                late.append(.ended(.delivered, attempt: number, at: now))
            case 4: apply(.ended(.refused(SendReason("refused")), attempt: number, at: now))
            case 5: apply(.ended(.limited(SendReason("limited"), wait: .minutes(1)), attempt: number, at: now))
            default: apply(.ended(.retry(SendReason("busy")), attempt: number, at: now))
            }
        }

        mutating func step() {
            switch Int.random(in: 0..<10, using: &random) {
            case 0 where !late.isEmpty:
                if case .pending = delivery.state { confirmed = true }
                apply(late.removeFirst())
            case 1 where Int.random(in: 0..<20, using: &random) == 0: apply(.mooted)
            default:
                if case .pending(let due) = delivery.state { now = max(now, due) }
                apply(.expired(at: now))
                apply(.claimed(at: now, lease: now + .seconds(30)))
                if case .sending = delivery.state { attempt() }
            }
        }
    }

    @Test func `whatever happens, it ends, and what it says of the end is true`() {
        for seed in UInt64(0)..<5_000 {
            var life = Life(seed: seed)
            var steps = 0
            while steps < 10_000 {
                if case .settled = life.delivery.state { break }
                life.step()
                steps += 1
            }
            guard case .settled(let end, _) = life.delivery.state else {
                Issue.record("seed \(seed): not settled after \(steps) steps")
                continue
            }
            let delivery = life.delivery
            switch end {
            case .delivered: #expect(life.reached > 0 && life.confirmed, "seed \(seed)")
            case .failed, .dropped: #expect(life.reached == 0, "seed \(seed): somebody was told")
            case .unknown: #expect(delivery.mayHaveArrived, "seed \(seed)")
            }
            #expect(delivery.failures <= RetrySchedule.standard(for: delivery.channel).attempts, "seed \(seed)")
            if delivery.afterUnknown == .markUnknown, !delivery.channel.recognisesRepeats {
                #expect(life.reached <= 1, "seed \(seed): a robot spoke twice")
            }
            for event in life.late + [
                .mooted, .expired(at: life.now + .hours(200)), .claimed(at: life.now + .hours(200), lease: life.now),
            ] {
                #expect(delivery.decide(event, Self.policy) == nil, "seed \(seed): left its end by \(event)")
            }
        }
    }
}
