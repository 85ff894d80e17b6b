import Testing

@testable import ServiceKit

@Suite struct `the patience of a partition` {
    private let start = ContinuousClock.now

    @Test func `is whole at first, and used up by what was waited in vain`() {
        var patience = Patience(.seconds(10), at: start)
        #expect(patience.left(at: start + .seconds(1_000)) == .seconds(10))
        patience.waitedInVain(.seconds(4), until: start + .seconds(1_000))
        #expect(patience.left(at: start + .seconds(1_000)) == .seconds(6))
        patience.waitedInVain(.seconds(7), until: start + .seconds(1_000))
        #expect(patience.left(at: start + .seconds(1_000)) == .zero)
    }

    @Test func `comes back a tenth as fast, up to where it was`() {
        var patience = Patience(.seconds(10), at: start)
        patience.waitedInVain(.seconds(10), until: start + .seconds(10))
        #expect(patience.left(at: start + .seconds(20)) == .seconds(1))
        #expect(patience.left(at: start + .seconds(110)) == .seconds(10))
        #expect(patience.left(at: start + .seconds(999)) == .seconds(10))
    }

    /// However many wrong codes come, one right after the other.
    @Test func `leaves nine tenths of the time to what is right`() {
        var patience = Patience(.seconds(10), at: start)
        var now = start
        var waited = Duration.zero
        while now < start + .seconds(1_000) {
            let left = patience.left(at: now)
            now += max(left, .milliseconds(200))
            waited += left
            patience.waitedInVain(left, until: now)
        }
        #expect(waited < .seconds(10 + 100 + 1))
    }
}
