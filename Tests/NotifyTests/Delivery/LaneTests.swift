import Contracts
import Testing

@testable import muster_notify

@Suite struct LaneTests {
    let start = time("2026-11-24T02:00:00.000Z")

    @Test func `a window lets its limit through, and the next one when the first is over`() {
        var window = SlidingWindow(limit: 2, per: .seconds(60))
        #expect(window.admit(at: start) == nil)
        #expect(window.admit(at: start + .seconds(50)) == nil)
        #expect(window.admit(at: start + .seconds(59)) == start + .seconds(60))
        #expect(window.admit(at: start + .seconds(60)) == nil)
        #expect(window.admit(at: start + .seconds(61)) == start + .seconds(110))
    }

    @Test func `no stretch of a minute holds more than the limit, however the demand comes`() {
        var random = Seeded(7)
        var window = SlidingWindow(limit: 20, per: .seconds(60))
        var sent: [Instant] = []
        var now = start
        for _ in 0..<5_000 {
            now = now + .milliseconds(Int.random(in: 0...4_000, using: &random))
            if window.admit(at: now) == nil { sent.append(now) }
        }
        for (first, last) in zip(sent, sent.dropFirst(20)) {
            #expect(last >= first + .seconds(60), "21 within a minute from \(first)")
        }
        #expect(sent.count > 2_000, "the window also has to let through what it may")
    }

    @Test func `what one sender remembers of a lane, the next one keeps to`() throws {
        var lane = Lane.standard(for: .wecom)
        for second in 0..<20 { #expect(lane.admit(at: start + .seconds(second)) == nil) }
        lane.ended(.unknown(SendReason("timeout")), at: start + .seconds(21))
        let stored = try EventJSON.encode(lane.record)
        var next = Lane(.wecom, try EventJSON.decode(Lane.Record.self, from: stored))
        #expect(next == lane)
        #expect(next.admit(at: start + .seconds(30)) == start + .seconds(60))
        #expect(next.admit(at: start + .seconds(60)) == nil)
    }

    @Test func `a breaker opens after failures in a row, probes with one, and closes on its success`() {
        var breaker = CircuitBreaker(threshold: 3, cooldown: .seconds(60))
        for _ in 0..<2 { breaker.failed(at: start) }
        breaker.succeeded()
        for _ in 0..<2 { breaker.failed(at: start) }
        #expect(breaker.state == .closed(failures: 2))
        breaker.failed(at: start)
        #expect(breaker.state == .open(until: start + .seconds(60)))
        #expect(breaker.admit(at: start + .seconds(59)) == start + .seconds(60))
        #expect(breaker.admit(at: start + .seconds(60)) == nil)
        #expect(breaker.admit(at: start + .seconds(61)) == start + .seconds(120), "one probe alone")
        breaker.succeeded()
        #expect(breaker.admit(at: start + .seconds(61)) == nil)
    }

    @Test func `a failed probe opens the breaker again, and a lost one blocks nobody for good`() {
        var breaker = CircuitBreaker(threshold: 1, cooldown: .seconds(60))
        breaker.failed(at: start)
        #expect(breaker.admit(at: start + .seconds(60)) == nil)
        breaker.failed(at: start + .seconds(65))
        #expect(breaker.state == .open(until: start + .seconds(125)))
        #expect(breaker.admit(at: start + .seconds(125)) == nil)
        #expect(breaker.admit(at: start + .seconds(185)) == nil)
    }

    @Test func `an answer from before the breaker opened does not keep it open longer`() {
        var breaker = CircuitBreaker(threshold: 1, cooldown: .seconds(60))
        breaker.failed(at: start)
        breaker.failed(at: start + .seconds(30))
        #expect(breaker.state == .open(until: start + .seconds(60)))
    }

    @Test func `being told to wait holds the whole lane, and is no failure of it`() {
        var lane = Lane(
            window: SlidingWindow(limit: 100, per: .seconds(1)),
            breaker: CircuitBreaker(threshold: 1, cooldown: .hours(1)))
        lane.ended(.limited(SendReason("limited"), wait: .seconds(60)), at: start)
        #expect(lane.admit(at: start + .seconds(59)) == start + .seconds(60))
        #expect(lane.admit(at: start + .seconds(60)) == nil)
        lane.ended(.unknown(SendReason("timeout")), at: start + .seconds(70))
        #expect(lane.admit(at: start + .seconds(71)) == start + .seconds(70) + .hours(1))
    }

    @Test func `what the breaker holds back uses no room in the window`() {
        var lane = Lane(
            window: SlidingWindow(limit: 1, per: .hours(1)),
            breaker: CircuitBreaker(threshold: 1, cooldown: .seconds(60)))
        lane.ended(.retry(SendReason("unreachable")), at: start)
        #expect(lane.admit(at: start) == start + .seconds(60))
        #expect(lane.admit(at: start + .seconds(60)) == nil)
    }
}
