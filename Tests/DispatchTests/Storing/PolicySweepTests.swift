import Contracts
import FoundationEssentials
import Postgres
import TestSupport
import Testing

@testable import muster_dispatch

/// A change of policy among many open cases: they are looked through page by page, and their timers let others through.
@Suite(.needsPostgres, .timeLimit(.minutes(20))) struct `a change of policy among many open cases` {
    private static let isOpen = "status in ('assigned', 'accepted', 'in-hand')"

    @Test func `sets timers a page at a time, each page a second later`() async throws {
        try await DispatchRig.use { rig in
            try await CasePopulation(cases: 3_000, open: 3_000).fill(rig)
            let number = try await PolicyWatch.enter(rig.handler.policy, rig.pool, at: City.opening)
            #expect(try await PolicyWatch.sweep(below: number, rig.pool, at: City.opening) == 2_250)
            let pages = try await rig.rows(
                "select due_at at time zone 'utc' as due, count(*) from timer where kind = 'reschedule' group by 1 order by 1"
            )
            #expect(
                pages == [
                    #"("2026-11-24 01:00:00",1000)"#, #"("2026-11-24 01:00:01",1000)"#, #"("2026-11-24 01:00:02",250)"#,
                ])
            #expect(try await rig.count("select count(distinct subject) from timer where kind = 'reschedule'") == 2_250)
            #expect(try await PolicyWatch.sweep(below: number, rig.pool, at: City.opening) == 0)
        }
    }

    /// How long it takes and what it needs with a hundred thousand of them:
    ///
    ///     MUSTER_TEST_FIGURES=1 swift test --disable-xctest --filter 'a change of policy among many'
    @Test(.enabled(if: ProcessInfo.processInfo.environment["MUSTER_TEST_FIGURES"] != nil, "set MUSTER_TEST_FIGURES=1"))
    func `takes little memory and holds up no other timer`() async throws {
        try await DispatchRig.use { rig in
            // Three in four are open.
            try await CasePopulation(cases: 133_334, open: 133_334).fill(rig)
            let open = try await rig.count("select count(*) from matter where \(Self.isOpen)")
            let number = try await PolicyWatch.enter(rig.handler.policy, rig.pool, at: City.opening)
            let before = try Self.residentKilobytes()
            var count = 0
            let sweeping = try await ContinuousClock().measure {
                count = try await PolicyWatch.sweep(below: number, rig.pool, at: City.opening)
            }
            let grown = try Self.residentKilobytes() - before
            print("figure: \(count) of \(open) open cases looked through in \(sweeping), \(grown) kB more resident")
            #expect(count == open && open >= 100_000 && grown < 20_000)
            let bench = CaseBench(rig.pool, rig.handler.policy, at: City.opening)
            var (longest, times) = (Duration.zero, 0)
            let working = try await ContinuousClock().measure {
                while try await rig.count("select count(*) from matter where \(Self.isOpen) and policy < \(number)")
                    > 95_000
                {
                    let time = try await ContinuousClock().measure { _ = try await bench.runDue() }
                    longest = max(longest, time)
                    times += 1
                    // A second of the city's time for each thousand: what is due then comes next, whatever is left.
                    if times.isMultiple(of: 2) { bench.clock.set(bench.clock.now() + .seconds(1)) }
                }
            }
            print("figure: \(times) batches of 500 computed anew in \(working), the longest in \(longest)")
            #expect(
                try await rig.count(
                    "select count(*) from timer where kind = 'reschedule' and due_at <= '\(bench.clock.now())'")
                    <= 1_000)
        }
    }

    private static func residentKilobytes() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return (Int(text.split(separator: " ")[1]) ?? 0) * 4
    }
}
