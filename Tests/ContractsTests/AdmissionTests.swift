import Contracts
import Testing

/// The time of an input against when it reached us.
struct AdmissionTests {
    private let now = Instant("2026-11-24T08:00:00+08:00")!

    private func ago(_ days: Int) -> Instant { now - .seconds(days * 86_400) }

    private func code(_ time: Instant, arrival: Instant?) -> String? {
        Admission.refusal(of: time, arrival: arrival, at: now)?.code
    }

    @Test func `what came in time is taken however late it is read`() {
        #expect(code(ago(13), arrival: nil) == nil)
        #expect(code(ago(20), arrival: ago(10)) == nil)
        #expect(code(ago(43), arrival: ago(29)) == nil)
    }

    @Test func `what was too old when it came is refused whenever it is read`() {
        #expect(code(ago(15), arrival: nil) == "too-old")
        #expect(code(ago(15), arrival: now) == "too-old")
        #expect(code(ago(25), arrival: ago(10)) == "too-old")
    }

    @Test func `an arrival that lies ahead is as good as now`() {
        #expect(code(ago(15), arrival: now + .seconds(86_400 * 365)) == "too-old")
        #expect(code(ago(13), arrival: now + .seconds(86_400 * 365)) == nil)
    }

    /// The keys of inputs are kept for 45 days at least: a copy of an older one would not be known.
    @Test func `nothing is taken that may have been forgotten`() {
        #expect(code(ago(44), arrival: ago(44)) == nil)
        #expect(code(ago(45), arrival: ago(45)) == "too-old")
        #expect(code(ago(45), arrival: ago(31)) == "too-old")
        #expect(Admission.storage + Admission.lateness < .seconds(45 * 86_400))
    }

    @Test func `the future is judged by now`() {
        #expect(code(now + .seconds(360), arrival: now) == "future")
        #expect(code(now + .seconds(240), arrival: ago(1)) == nil)
    }

    /// Who could say when it came could make an input any age.
    @Test func `of what gateways write, the broker says when it came`() {
        #expect(
            Topic.all.filter(\.isFromGateways) == [.patrol, .hotline, .deeds, .actions])
    }
}
