import Contracts
import Postgres
import TestSupport
import Testing

@testable import ServiceKit
@testable import muster_dispatch

/// What becomes of open cases when the calendar or the rules change.
@Suite(.needsPostgres, .timeLimit(.minutes(2))) struct `a change of calendar` {
    private let now = City.opening

    private func changed(_ policy: CasePolicy) -> CasePolicy {
        var policy = policy
        policy.calendar.years[2026]?.daysOff.insert(day("2026-11-24"))
        return policy
    }

    /// The shipped rules, and a version of them that gives small matters more time.
    private func rules(from effective: String) throws -> RuleBook {
        let first = try shippedPolicy.get().triage
        let next = String(decoding: first.source, as: UTF8.self)
            .replacing(#""version": 1,"#, with: #""version": 2,"#)
            .replacing(#""effective": "2026-01-01""#, with: #""effective": "\#(effective)""#)
            .replacing(
                #""accept": "2 work hours", "resolve": "4 work hours""#,
                with: #""accept": "3 work hours", "resolve": "6 work hours""#)
        return try RuleBook([first, try TriageRules(file: Array(next.utf8))])
    }

    /// As a replica does when it starts.
    private func start(_ bench: CaseBench) async throws -> Int32 {
        let number = try await PolicyWatch.enter(bench.policy, bench.pool, at: now)
        bench.handler.policyNumber.set(number, rules: bench.policy.triage.version)
        return number
    }

    private func open(_ bench: CaseBench, _ name: String) async throws -> EventID {
        let receipts = try await bench.commit([.complaint(name, at: now)])
        return try #require(receipts[0].result)
    }

    @Test func `is found by the first replica that has it, and moves what is open once`() async throws {
        try await CaseBench.use { bench in
            #expect(try await start(bench) == 1)
            let id = try await open(bench, "c-1")
            let before = try await bench.state(id)
            #expect(try await PolicyWatch.sweep(below: 1, bench.pool, at: now) == 0)
            let other = bench.beside(changed(bench.policy))
            #expect(try await start(other) == 2)
            #expect(try await start(other) == 2)
            #expect(try await PolicyWatch.sweep(below: 2, bench.pool, at: now) == 1)
            // It has its timer.
            #expect(try await PolicyWatch.sweep(below: 2, bench.pool, at: now) == 0)
            // A replica with the former calendar leaves it to the others, and looks for nothing.
            #expect(try await PolicyWatch.sweep(below: 1, bench.pool, at: now) == 0)
            #expect(try await bench.runDue() == 1)
            #expect(try await bench.state(id).version == before.version)
            try await other.pass(to: now + .seconds(60))
            let after = try await bench.state(id)
            #expect(after.resolveBy > before.resolveBy && after.acceptBy > before.acceptBy)
            #expect(try await bench.steps(id).last == "case.rescheduled")
            #expect(try await bench.count("select count(*) from timer where kind = 'reschedule'") == 0)
            #expect(try await PolicyWatch.sweep(below: 2, bench.pool, at: now) == 0)
            // Its history says the same as its state.
            #expect(try await other.rebuilt(id) == after)
        }
    }

    @Test func `reaches what a replica with the former one opens and moves afterwards`() async throws {
        try await CaseBench.use { bench in
            _ = try await start(bench)
            let moved = try await open(bench, "c-1")
            let other = bench.beside(changed(bench.policy))
            #expect(try await start(other) == 2)
            #expect(try await PolicyWatch.sweep(below: 2, bench.pool, at: now) == 1)
            try await other.pass(to: now + .seconds(60))
            bench.clock.set(other.clock.now())
            let opened = try await open(bench, "c-2")
            // Nothing that the former calendar decides moves a deadline here, so nothing is to be looked at again.
            try await bench.commit([
                .action("a-1", CaseAction(case: moved, action: .accept), at: now + .seconds(60), by: .chief)
            ])
            #expect(try await bench.count("select count(*) from matter where policy = 2") == 1)
            var pass = CaseAction(case: moved, action: .handOver)
            pass.unit = City.neighbourGrid
            try await bench.commit([.action("a-2", pass, at: now + .seconds(60), by: .secretary)])
            #expect(try await bench.count("select count(*) from matter where policy = 1") == 2)
            let former = [try await bench.state(opened).acceptBy, try await bench.state(moved).acceptBy]
            #expect(try await PolicyWatch.sweep(below: 2, bench.pool, at: other.clock.now()) == 2)
            try await other.pass(to: now + .seconds(61))
            let present = [try await bench.state(opened).acceptBy, try await bench.state(moved).acceptBy]
            #expect(present[0] > former[0] && present[1] > former[1])
            #expect(try await bench.count("select count(*) from matter where policy = 2") == 2)
        }
    }

    /// A replica that does not know its number yet stamps what it does as to be looked at again, which moves nothing.
    @Test func `that is none moves nothing, and is not looked at for ever`() async throws {
        try await CaseBench.use { bench in
            let id = try await open(bench, "c-1")
            let before = try await bench.state(id)
            #expect(try await start(bench) == 1)
            #expect(try await PolicyWatch.sweep(below: 1, bench.pool, at: now) == 1)
            try await bench.pass(to: now + .seconds(1))
            #expect(try await bench.state(id) == before)
            #expect(try await PolicyWatch.sweep(below: 1, bench.pool, at: now) == 0)
        }
    }

    /// A matter goes the way of its day's rules, and is then computed anew like those of its day that came in time.
    @Test func `or of rules reaches what is reported late`() async throws {
        try await CaseBench.use { bench in
            var policy = bench.policy
            let book = try rules(from: "2026-11-24")
            policy.triage = book.versions[1]
            let other = bench.beside(policy, rules: book)
            #expect(try await start(other) == 1)
            let before = now - .seconds(16 * 3_600)
            let receipts = try await other.commit([.complaint("c-1", at: before), .complaint("c-2", at: now)])
            let late = try #require(receipts[0].result)
            #expect(try await other.state(late).limits.resolve == .workMinutes(240))
            #expect(try await bench.count("select count(*) from matter where policy = 0 and id = '\(late)'") == 1)
            #expect(try await PolicyWatch.sweep(below: 1, bench.pool, at: now) == 1)
            try await other.pass(to: now + .seconds(1))
            let state = try await other.state(late)
            #expect(state.rule.contains("version 1") && state.limits.resolve == .workMinutes(360))
            #expect(try await other.steps(late).contains("case.rescheduled"))
            #expect(try await bench.count("select count(*) from matter where policy = 1") == 2)
        }
    }

    /// It would set timers that it then leaves to others, over and over.
    @Test func `leaves a replica with the former one nothing to look for`() async throws {
        try await CaseBench.use { bench in
            // By a replica that does not know its number.
            _ = try await open(bench, "c-1")
            #expect(try await start(bench) == 1)
            let other = bench.beside(changed(bench.policy))
            #expect(try await start(other) == 2)
            #expect(try await PolicyWatch.sweep(below: 1, bench.pool, at: now) == 0)
            #expect(try await PolicyWatch.sweep(below: 2, bench.pool, at: now) == 1)
        }
    }

    @Test func `is one replica's to put in force where two find it`() async throws {
        try await CaseBench.use { bench in
            _ = try await start(bench)
            let other = bench.beside(changed(bench.policy))
            let numbers = try await withThrowingTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask { try? await PolicyWatch.enter(other.policy, other.pool, at: City.opening) }
                }
                return try await group.reduce(into: Set<Int32>()) { if let number = $1 { $0.insert(number) } }
            }
            #expect(numbers == [2])
            #expect(try await bench.count("select count(*) from policy_in_force") == 2)
        }
    }

    /// The whole way in a running replica: it puts its policy in force, knows its number, and sets the timers.
    @Test func `is noticed by a running service`() async throws {
        try await DispatchRig.use { rig in
            let id = try await rig.complain("垃圾", id: "c1")
            _ = try await PolicyWatch.enter(changed(rig.handler.policy), rig.pool, at: now)
            let watch = PolicyWatch(context: rig.context, pace: .milliseconds(5), interval: .milliseconds(20))
            let running = Task { await watch.run() }
            try await eventually { try await rig.count("select count(*) from timer where kind = 'reschedule'") == 1 }
            #expect(rig.handler.policyNumber.of(rules: rig.handler.policy.triage.version) == 2)
            #expect(try await rig.rows("select subject from timer where kind = 'reschedule'") == ["(\(id))"])
            // What comes up later is found too.
            try await rig.execute("delete from timer where kind = 'reschedule'")
            try await eventually { try await rig.count("select count(*) from timer where kind = 'reschedule'") == 1 }
            running.cancel()
            await running.value
        }
    }

    /// Nobody starts anything anew: the day comes from which the rules hold.
    @Test func `or of rules is noticed by a running service when it begins to hold`() async throws {
        let book = try rules(from: "2026-11-25")
        try await DispatchRig.use(rules: book) { rig in
            let watch = PolicyWatch(context: rig.context, pace: .milliseconds(5), interval: .milliseconds(20))
            let running = Task { await watch.run() }
            try await eventually { rig.handler.policyNumber.of(rules: 1) == 1 }
            rig.clock.set(instant("2026-11-24T17:20:00+08:00"))
            let id = try await rig.complain("垃圾", id: "c1")
            #expect(try await rig.rows("select policy from matter") == ["(1)"])
            rig.clock.set(instant("2026-11-24T23:59:59+08:00"))
            #expect(rig.handler.policyNumber.of(rules: 2) == 0)
            #expect(try await rig.count("select count(*) from timer where kind = 'reschedule'") == 0)
            rig.clock.set(instant("2026-11-25T00:00:00+08:00"))
            try await eventually { try await rig.count("select count(*) from timer where kind = 'reschedule'") == 1 }
            #expect(rig.handler.policyNumber.of(rules: 2) == 2)
            running.cancel()
            await running.value
            let bench = CaseBench(rig.pool, rig.handler.policy, rules: book, at: rig.clock.now())
            let before = try await bench.state(id)
            try await bench.pass(to: rig.clock.now())
            let after = try await bench.state(id)
            #expect(after.acceptBy > before.acceptBy && after.limits.resolve == .workMinutes(360))
            #expect(try await rig.rows("select policy from matter") == ["(2)"])
        }
    }
}
