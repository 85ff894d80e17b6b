import Testing

@testable import ServiceKit

struct ReadinessTests {
    @Test func `what is waited for is news once`() {
        let readiness = Readiness()
        #expect(readiness.set(.waiting("the schema is at 9: run muster migrate")))
        #expect(!readiness.set(.waiting("the schema is at 9: run muster migrate")))
        #expect(readiness.set(.ready) && !readiness.set(.ready))
        #expect(readiness.set(.waiting("the schema is at 9: run muster migrate")))
    }

    @Test func `a service that is ready waits for what went away, and for partitions that an operator must look at`() {
        let readiness = Readiness()
        readiness.setAway("Kafka", "Kafka does not answer")
        #expect(readiness.now == .waiting("starting"))
        readiness.set(.ready)
        #expect(readiness.now == .waiting("Kafka does not answer"))
        readiness.setBlocked(["gateway.patrol/3"])
        readiness.setAway("Kafka", nil)
        guard case .waiting(let what) = readiness.now else { return #expect(Bool(false), "\(readiness.now)") }
        #expect(what.contains("gateway.patrol/3") && what.contains("muster offsets"))
        readiness.setBlocked([])
        #expect(readiness.now == .ready)
    }
}
