import Testing

@testable import Postgres

/// The pool's decisions, one event at a time: no server, no socket, no waiting.
@Suite
struct PoolStateMachineTests {
    private let start = ContinuousClock.now

    private func after(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private func machine(size: Int = 2, maximumWaiting: Int = 100) -> PoolStateMachine {
        PoolStateMachine(
            PoolStateMachine.Settings(
                size: size, acquireTimeout: .seconds(10), maximumWaiting: maximumWaiting, maximumIdle: .seconds(600),
                maximumAge: .seconds(3600), checkAfterIdle: .seconds(30),
                backoff: PostgresPool.Backoff(first: .seconds(1), limit: .seconds(8))))
    }

    /// One connection, idle since `start`.
    private func idleMachine(size: Int = 2) -> PoolStateMachine {
        var pool = machine(size: size)
        _ = pool.acquire(1, now: start)
        _ = pool.connected(1, now: start, jitter: 1)
        _ = pool.released(1, now: start)
        _ = pool.tick(now: start)
        return pool
    }

    @Test func `a connection is made when it is first wanted, lent, and lent again`() {
        var pool = machine()
        #expect(pool.statistics == PostgresPool.Statistics())
        #expect(pool.acquire(1, now: start) == [.connect(1), .wake(at: after(10))])
        #expect(pool.connected(1, now: after(1), jitter: 1) == [.lend(1, to: 1, check: false)])
        #expect(pool.released(1, now: after(2)) == [])
        #expect(pool.acquire(2, now: after(3)) == [.lend(1, to: 2, check: false)])
    }

    @Test func `no more are made than the size, and those who wait are served in the order in which they came`() {
        var pool = machine(size: 2)
        #expect(pool.acquire(1, now: start) == [.connect(1), .wake(at: after(10))])
        #expect(pool.acquire(2, now: start) == [.connect(2)])
        #expect(pool.acquire(3, now: start) == [])
        #expect(pool.acquire(4, now: start) == [])
        // Whoever came first gets the first that is ready, whichever was begun for whom.
        #expect(pool.connected(2, now: after(1), jitter: 1) == [.lend(2, to: 1, check: false)])
        #expect(pool.connected(1, now: after(1), jitter: 1) == [.lend(1, to: 2, check: false)])
        #expect(pool.released(1, now: after(2)) == [.lend(1, to: 3, check: false)])
        #expect(pool.released(1, now: after(3)) == [.lend(1, to: 4, check: false)])
    }

    @Test func `nobody overtakes those who wait`() {
        var pool = idleMachine(size: 1)
        _ = pool.acquire(2, now: after(1))
        _ = pool.acquire(3, now: after(1))
        #expect(pool.released(1, now: after(2)) == [.lend(1, to: 3, check: false)])
        #expect(pool.acquire(4, now: after(2)) == [])
        #expect(pool.acquire(5, now: after(2)) == [])
        #expect(pool.released(1, now: after(3)) == [.lend(1, to: 4, check: false)])
    }

    @Test func `who has waited too long is refused, and the others wait on`() {
        var pool = machine(size: 1)
        #expect(pool.acquire(1, now: start) == [.connect(1), .wake(at: after(10))])
        #expect(pool.acquire(2, now: after(4)) == [])
        #expect(pool.tick(now: after(10)) == [.refuse(1, .timedOut), .wake(at: after(14))])
        #expect(pool.connected(1, now: after(11), jitter: 1) == [.lend(1, to: 2, check: false)])
        #expect(pool.statistics.refusals == 1)
    }

    @Test func `who has given up is not served`() {
        var pool = machine(size: 1)
        _ = pool.acquire(1, now: start)
        _ = pool.acquire(2, now: start)
        #expect(pool.abandon(1) == true)
        #expect(pool.abandon(1) == false)
        #expect(pool.connected(1, now: after(1), jitter: 1) == [.lend(1, to: 2, check: false)])
        #expect(pool.abandon(2) == false)
    }

    @Test func `a queue that is full refuses at once`() {
        var pool = machine(size: 1, maximumWaiting: 2)
        _ = pool.acquire(1, now: start)
        _ = pool.acquire(2, now: start)
        #expect(pool.acquire(3, now: start) == [.refuse(3, .tooManyWaiting)])
        #expect(pool.statistics.waiting == 2)
    }

    @Test func `while the server is away one attempt is made at a time, after growing waits`() {
        var pool = machine(size: 4)
        _ = pool.acquire(1, now: start)
        _ = pool.acquire(2, now: start)
        // Both fail; with the full jitter the wait is 1 s, 2 s, 4 s and then 8 s for good.
        #expect(pool.connectFailed(1, now: start, jitter: 1) == [.wake(at: after(1))])
        #expect(pool.connectFailed(2, now: start, jitter: 1) == [])
        #expect(!pool.isHealthy)
        #expect(pool.tick(now: after(1)) == [.wake(at: after(2))])
        #expect(pool.tick(now: after(2)) == [.connect(3), .wake(at: after(10))])
        #expect(pool.acquire(3, now: after(2)) == [])
        #expect(pool.connectFailed(3, now: after(3), jitter: 1) == [.wake(at: after(7))])
        #expect(pool.tick(now: after(7)) == [.connect(4), .wake(at: after(10))])
        // The first that succeeds brings the others back.
        #expect(
            pool.connected(4, now: after(8), jitter: 1) == [.lend(4, to: 1, check: false), .connect(5), .connect(6)])
        #expect(pool.isHealthy)
        #expect(pool.statistics.failedConnects == 3)
    }

    @Test(arguments: [(1, 0.5, 1.0), (2, 1.0, 2.0), (4, 4.0, 8.0), (5, 4.0, 8.0), (1000, 4.0, 8.0)])
    func `the wait doubles up to its limit, and chance halves it at most`(failures: Int, least: Double, most: Double) {
        let backoff = PostgresPool.Backoff(first: .seconds(1), limit: .seconds(8))
        #expect(backoff.delay(afterFailures: failures, jitter: 0) == .seconds(least))
        #expect(backoff.delay(afterFailures: failures, jitter: 1) == .seconds(most))
    }

    @Test func `a server that is away is looked for though nobody waits`() {
        var pool = machine()
        _ = pool.acquire(1, now: start)
        _ = pool.connectFailed(1, now: start, jitter: 1)
        #expect(pool.abandon(1) == true)
        #expect(pool.tick(now: after(1)) == [.connect(2)])
        #expect(pool.connected(2, now: after(2), jitter: 1) == [.wake(at: after(602))])
        #expect(pool.isHealthy)
        #expect(pool.statistics.idle == 1)
    }

    @Test func `a connection lost while idle is replaced, and counted`() {
        var pool = idleMachine()
        #expect(pool.lost(1, now: after(1)) == [.close(1), .connect(2)])
        #expect(pool.acquire(2, now: after(1)) == [.wake(at: after(11))])
        #expect(pool.closed(1, now: after(1)) == [])
        #expect(pool.connected(2, now: after(2), jitter: 1) == [.lend(2, to: 2, check: false)])
        #expect(pool.statistics.reconnects == 1)
    }

    @Test func `the place of a connection is free only when it is closed`() {
        var pool = idleMachine(size: 1)
        #expect(pool.acquire(2, now: start) == [.lend(1, to: 2, check: false)])
        #expect(pool.acquire(3, now: start) == [.wake(at: after(10))])
        #expect(pool.lost(1, now: after(1)) == [.close(1)])
        #expect(pool.released(1, now: after(1)) == [])
        #expect(pool.closed(1, now: after(2)) == [.connect(2)])
    }

    @Test func `events of a connection that is gone change nothing`() {
        var pool = idleMachine()
        _ = pool.lost(1, now: after(1))
        #expect(pool.lost(1, now: after(1)) == [])
        #expect(pool.released(1, now: after(1)) == [])
        _ = pool.closed(1, now: after(1))
        #expect(pool.closed(1, now: after(1)) == [])
        #expect(pool.connected(1, now: after(1), jitter: 1) == [])
        #expect(pool.connectFailed(1, now: after(1), jitter: 1) == [])
    }

    @Test func `a connection lost before it was lent is not lent`() {
        var pool = machine(size: 1)
        _ = pool.acquire(1, now: start)
        // The server ends it at once; its news overtakes the news that it was made.
        #expect(pool.lost(1, now: start) == [.close(1)])
        #expect(pool.connected(1, now: start, jitter: 1) == [])
        #expect(pool.closed(1, now: start) == [.connect(2)])
    }

    @Test func `a connection that has long been idle is checked before it is lent`() {
        var pool = idleMachine()
        #expect(pool.acquire(2, now: after(29.9)) == [.lend(1, to: 2, check: false)])
        _ = pool.released(1, now: after(30))
        #expect(pool.acquire(3, now: after(60)) == [.lend(1, to: 3, check: true)])
    }

    @Test func `one that nobody has used for long is closed`() {
        var pool = machine()
        _ = pool.acquire(1, now: start)
        _ = pool.acquire(2, now: start)
        _ = pool.connected(1, now: start, jitter: 1)
        _ = pool.connected(2, now: start, jitter: 1)
        _ = pool.released(1, now: after(1))
        _ = pool.released(2, now: after(2))
        // The last used is lent first, so the other grows old.
        #expect(pool.acquire(3, now: after(500)) == [.lend(2, to: 3, check: true)])
        _ = pool.released(2, now: after(500))
        #expect(pool.tick(now: after(601)) == [.close(1), .wake(at: after(1100))])
        #expect(pool.closed(1, now: after(601)) == [])
        #expect(pool.statistics.open == 1)
    }

    @Test func `one that is too old is closed when it comes back, and replaced if somebody waits`() {
        var pool = idleMachine(size: 1)
        _ = pool.acquire(2, now: after(599))
        _ = pool.acquire(3, now: after(3599))
        #expect(pool.released(1, now: after(3600)) == [.close(1)])
        #expect(pool.closed(1, now: after(3600)) == [.connect(2)])
        #expect(pool.connected(2, now: after(3600), jitter: 0) == [.lend(2, to: 3, check: false)])
        // Without jitter its age is nine tenths of the whole.
        #expect(pool.released(2, now: after(6839)) == [])
        #expect(pool.tick(now: after(6840)) == [.close(2)])
    }

    @Test func `a closed pool refuses, and ends when the last has come back`() {
        var pool = idleMachine(size: 2)
        _ = pool.acquire(2, now: after(1))
        _ = pool.acquire(3, now: after(1))
        _ = pool.acquire(4, now: after(1))
        #expect(pool.close() == [.refuse(3, .closed), .refuse(4, .closed)])
        #expect(pool.close() == [])
        #expect(pool.acquire(5, now: after(1)) == [.refuse(5, .closed)])
        #expect(pool.connected(2, now: after(2), jitter: 1) == [.close(2)])
        #expect(pool.closed(2, now: after(2)) == [])
        #expect(pool.released(1, now: after(3)) == [.close(1)])
        #expect(pool.closed(1, now: after(3)) == [.finish])
        #expect(!pool.isHealthy)
    }

    @Test func `a closed pool closes what idles, and waits for an attempt to end`() {
        var pool = idleMachine()
        #expect(pool.close() == [.close(1)])
        #expect(pool.closed(1, now: start) == [.finish])

        var connecting = machine()
        _ = connecting.acquire(1, now: start)
        #expect(connecting.close() == [.refuse(1, .closed)])
        #expect(connecting.connectFailed(1, now: start, jitter: 1) == [.finish])

        var unused = machine()
        #expect(unused.close() == [.finish])
        #expect(unused.tick(now: after(100)) == [])
    }

    /// Whatever happens in whatever order: nobody is forgotten, no connection has two owners, none is one too many.
    @Test(arguments: 0..<200)
    func `chance finds no order of events that breaks the rules`(seed: UInt64) {
        var random = SplitMix(state: seed)
        var pool = machine(size: 3, maximumWaiting: 20)
        var now = start
        var (connecting, lent, closing): (Set<Int>, [Int: Int], Set<Int>) = ([], [:], [])
        var (waiting, open, lastWaiter, isFinished): (Set<Int>, Set<Int>, Int, Bool) = ([], [], 0, false)

        func apply(_ actions: [PoolStateMachine.Action]) {
            for action in actions {
                switch action {
                case .connect(let id):
                    #expect(connecting.insert(id).inserted)
                    #expect(connecting.union(open).union(closing).count <= 3)
                case .lend(let id, let waiter, _):
                    #expect(open.contains(id) && lent[id] == nil)
                    #expect(waiting.remove(waiter) != nil)
                    lent[id] = waiter
                case .refuse(let waiter, _): #expect(waiting.remove(waiter) != nil)
                case .close(let id):
                    #expect(open.remove(id) != nil || connecting.contains(id))
                    closing.insert(id)
                case .wake(let instant): #expect(instant >= now)
                case .finish:
                    #expect(!isFinished)
                    isFinished = true
                }
            }
        }

        func step() {
            now += .milliseconds(Int.random(in: 0...4000, using: &random))
            let jitter = Double.random(in: 0...1, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1:
                lastWaiter += 1
                waiting.insert(lastWaiter)
                apply(pool.acquire(lastWaiter, now: now))
            case 2, 3:
                guard let id = connecting.min() else { return }
                connecting.remove(id)
                if !closing.contains(id) { open.insert(id) }
                apply(pool.connected(id, now: now, jitter: jitter))
            case 4:
                guard let id = connecting.min(), !closing.contains(id) else { return }
                connecting.remove(id)
                apply(pool.connectFailed(id, now: now, jitter: jitter))
            case 5:
                guard let id = lent.keys.min() else { return }
                lent[id] = nil
                apply(pool.released(id, now: now))
            case 6:
                guard let id = open.union(connecting).randomElement(using: &random) else { return }
                apply(pool.lost(id, now: now))
                if let id = closing.min(), !connecting.contains(id) {
                    closing.remove(id)
                    apply(pool.closed(id, now: now))
                }
            default:
                guard let waiter = waiting.min(), Bool.random(using: &random) else { return apply(pool.tick(now: now)) }
                #expect(pool.abandon(waiter) == true)
                waiting.remove(waiter)
            }
            #expect(pool.statistics.waiting == waiting.count)
            // Somebody waits, there is room, and the server has not just failed: then a connection is on its way.
            if !waiting.isEmpty, pool.isHealthy, connecting.union(open).union(closing).count < 3 {
                #expect(!connecting.isEmpty)
            }
        }

        for _ in 0..<300 { step() }
        apply(pool.close())
        #expect(waiting.isEmpty)
        for id in connecting.sorted() { apply(pool.connectFailed(id, now: now, jitter: 0)) }
        for id in lent.keys.sorted() { apply(pool.released(id, now: now)) }
        for id in closing.sorted() { apply(pool.closed(id, now: now)) }
        #expect(isFinished)
    }
}

/// Sebastiano Vigna's splitmix64: a run that fails can be run again.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
