import Contracts
import TestSupport
import Testing

@testable import ServiceKit
@testable import muster_dispatch

@Suite(.needsPostgres, .timeLimit(.minutes(5)))
struct `reports of one matter` {
    private let morning = City.opening

    /// Three of the same place and kind, and one of another kind.
    private var reports: [Input<DispatchCommand>] {
        [
            .complaint("c-1", at: morning + .seconds(10)), .complaint("c-2", at: morning + .seconds(70)),
            .complaint("c-3", at: morning + .seconds(130), by: City.Who.steward.id),
            .complaint("c-4", at: morning + .seconds(20), category: "utility.water.burst"),
        ]
    }

    /// Of which cases it is, and what each went through.
    private func outcome(_ bench: CaseBench, _ ids: [EventID]) async throws -> [String] {
        var lines: [String] = []
        for id in ids.sorted() {
            let state = try await bench.state(id)
            let steps = try await bench.steps(id).joined(separator: " ")
            lines.append("\(state.status) \(state.joinedTo?.description ?? "-") \(state.reporters.count) \(steps)")
            #expect(try await bench.rebuilt(id) == state)
        }
        return lines
    }

    @Test func `are joined to the first, whatever came first and whoever settles it`() async throws {
        var outcomes: Set<[String]> = []
        for (round, order) in [[0, 1, 2, 3], [2, 1, 0, 3], [3, 1, 2, 0]].enumerated() {
            try await CaseBench.use { bench in
                bench.clock.set(morning + .seconds(150))
                var ids: [EventID] = []
                for index in order { ids += try await bench.commit([reports[index]]).compactMap(\.result) }
                // Half of the shards after the other, or the other way round, or two replicas at once.
                try await bench.scatter()
                bench.clock.set(morning + .seconds(300))
                let halves = [Array<Int16>(0..<32), Array<Int16>(32..<64)]
                for shards in round == 1 ? halves.reversed() : halves {
                    for _ in 0..<3 { _ = try await bench.runDue(shards) }
                }
                try await bench.pass(to: morning + .seconds(301))
                outcomes.insert(try await outcome(bench, ids))
                #expect(try await bench.count("select count(*) from timer where kind = 'settle'") == 0)
            }
        }
        let one = try #require(outcomes.first)
        #expect(outcomes.count == 1, "\(outcomes)")
        #expect(one.count { $0.hasSuffix("case.opened case.joined-to") } == 2)
        #expect(one.count { $0.hasSuffix("case.opened case.joined case.joined") } == 1)
    }

    @Test func `are settled by one replica, and those of other places by others`() async throws {
        try await CaseBench.use { bench in
            bench.clock.set(morning + .seconds(150))
            try await bench.commit(reports + [.complaint("c-5", at: morning, unit: City.neighbourGrid)])
            let shards = "select count(distinct shard) from timer join matter on id = subject"
            #expect(try await bench.count("\(shards) where unit = '\(City.building)'") == 1)
            #expect(try await bench.count(shards) == 2)
        }
    }

    @Test func `are looked for among what can be joined alone`() async throws {
        try await CaseBench.use { bench in
            // Given one that others are part of, one of these, one that is over, and one that is settled now
            bench.clock.set(morning + .seconds(150))
            let ids = try await bench.commit(Array(reports[0..<2])).compactMap(\.result)
            try await bench.pass(to: morning + .seconds(300))
            let over = try #require(try await bench.commit([.complaint("c-6", at: morning - .seconds(60))])[0].result)
            try await bench.pool.run { session in
                try session.execute(
                    """
                    update matter set status = 'closed', state = jsonb_set(state, '{status}', '"closed"')
                    where id = '\(over)'
                    """)
            }
            let last = try #require(try await bench.commit([reports[2]])[0].result)
            let asked = try await bench.state(last)
            // Then what is over is not even read
            let known = try await bench.pool.run { session in
                try KnownMatters(for: [asked], since: { $0 - .seconds(3_600) }, in: &session)
            }
            #expect(Set(known.cases.map(\.id)) == Set(ids + [last]))
            #expect(known.like(asked) == ids + [last])
        }
    }

    @Test func `wait for what happened to the first before, on whichever replica`() async throws {
        var found: Set<String> = []
        for isEarly in [true, false] {
            try await CaseBench.use { bench in
                // The first one climbs before the second is settled; both are looked at when both are due.
                let first = try #require(try await bench.commit([reports[0]])[0].result)
                let due = try await bench.state(first).acceptBy
                bench.clock.set(due - .seconds(20))
                let second = try #require(
                    try await bench.commit([.complaint("c-9", at: due - .seconds(30))])[0].result)
                bench.clock.set(due + .seconds(600))
                try await bench.scatter()
                let own = [Shard.of(second.description.utf8)]
                if isEarly { #expect(try await bench.runDue(own) == 1) }
                try await bench.pass(to: due + .seconds(600))
                found.insert(try await bench.steps(first).joined(separator: " "))
            }
        }
        #expect(found == ["case.opened case.warned case.warned case.climbed case.joined"])
    }

    @Test func `are split off again, with all their time, and those who reported know`() async throws {
        try await CaseBench.use { bench in
            bench.clock.set(morning + .seconds(150))
            let first = try #require(try await bench.commit([reports[0]])[0].result)
            let second = try #require(try await bench.commit([reports[2]])[0].result)
            try await bench.pass(to: morning + .seconds(300))
            #expect(try await bench.state(first).reporters == [City.Who.chief.id, City.Who.steward.id])
            var split = CaseAction(case: second, action: .split)
            split.reason = "another heap"
            bench.clock.set(morning + .seconds(400))
            try await bench.commit([.action("a-1", split, at: morning + .seconds(400), by: .secretary)])
            let (one, two) = (try await bench.state(first), try await bench.state(second))
            #expect(one.members.isEmpty && one.reporters == [City.Who.chief.id])
            #expect(two.status == .assigned && two.joinedTo == nil && two.acceptFrom == morning + .seconds(400))
            // And joined by hand once more.
            var join = CaseAction(case: second, action: .join)
            join.into = first
            try await bench.commit([.action("a-3", join, at: morning + .seconds(400), by: .secretary)])
            #expect(try await bench.state(second).joinedTo == first)
        }
    }
}
