import Contracts
import TestSupport
import Testing

@testable import ServiceKit
@testable import muster_dispatch

@Suite(.needsPostgres, .timeLimit(.minutes(5)))
struct `a case in the database` {
    private let morning = City.opening

    private func open(_ bench: CaseBench, _ id: String = "c-1") async throws -> EventID {
        try #require(try await bench.commit([.complaint(id, at: morning)])[0].result)
    }

    @Test func `is one person's where two accept it at the same moment`() async throws {
        try await CaseBench.use { bench in
            for round in 0..<20 {
                let id = try await open(bench, "c-\(round)")
                let receipts = try await withThrowingTaskGroup(of: Receipt.self) { group in
                    for who in [City.Who.chief, .secretary] {
                        group.addTask {
                            try await bench.commit([
                                .action(
                                    "a-\(round)-\(who.rawValue)", CaseAction(case: id, action: .accept, version: 1),
                                    at: City.opening + .seconds(60), by: who)
                            ])[0]
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(receipts.map(\.verdict.rawValue).sorted() == ["refused", "taken"])
                #expect(receipts.compactMap(\.reason?.code) == ["stale"])
                #expect(try await bench.steps(id) == ["case.opened", "case.accepted"])
            }
        }
    }

    /// A clock that was wrong, or a message for another case: refused, and nothing of it is kept but that.
    @Test func `is not touched by a command of before it was opened, however often that comes`() async throws {
        try await CaseBench.use { bench in
            let id = try await open(bench)
            let before = try await bench.state(id)
            for name in ["a-1", "a-1", "a-2"] {
                let receipt = try await bench.commit([
                    .action(name, CaseAction(case: id, action: .accept), at: morning - .milliseconds(1), by: .chief)
                ])[0]
                #expect(receipt.verdict == .refused && receipt.reason?.code == "wrong-state", "\(receipt)")
            }
            #expect(try await bench.state(id) == before)
            #expect(try await bench.steps(id) == ["case.opened"])
            // At the moment itself it is taken.
            let receipt = try await bench.commit([
                .action("a-3", CaseAction(case: id, action: .accept), at: morning, by: .chief)
            ])[0]
            #expect(receipt.verdict == .taken)
        }
    }

    @Test func `goes on when its pause ends, once, whichever replica looks`() async throws {
        try await CaseBench.use { bench in
            let id = try await open(bench)
            var pause = CaseAction(case: id, action: .pause)
            pause.pause = "waiting-for-parts"
            pause.until = morning + .seconds(3 * 3_600)
            try await bench.commit([
                .action("a-1", CaseAction(case: id, action: .accept), at: morning + .seconds(60), by: .chief),
                .action("a-2", pause, at: morning + .seconds(120), by: .chief),
            ])
            let paused = try await bench.state(id)
            #expect(paused.clocks.map(\.kind) == [.resume])
            #expect(try await bench.count("select count(*) from timer where kind <> 'settle'") == 1)
            bench.clock.set(morning + .seconds(3 * 3_600))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask { while try await bench.runDue() != 0 {} }
                }
                try await group.waitForAll()
            }
            #expect(try await bench.steps(id).filter { $0 == "case.resumed" }.count == 1)
            let resumed = try await bench.state(id)
            #expect(resumed.pause == nil && resumed.resolveBy > paused.resolveBy)
            #expect(try await bench.rebuilt(id) == resumed)
        }
    }

    @Test func `that is closed leaves no clock, no open question and the sums of its whistle`() async throws {
        try await CaseBench.use { bench in
            let id = try await open(bench)
            var blow = CaseAction(case: id, action: .blowWhistle)
            blow.whistle = .emergency
            blow.departments = [City.water, City.power, City.gas]
            var ask = CaseAction(case: id, action: .supervise)
            ask.reason = "how far is it?"
            bench.clock.set(morning + .seconds(600))
            try await bench.commit([
                .action("a-1", blow, at: morning + .seconds(60), by: .secretary),
                .action("a-2", ask, at: morning + .seconds(90), by: .townClerk),
                .action(
                    "a-3", CaseAction(case: id, action: .checkIn, department: City.water),
                    at: morning + .seconds(600), by: .waterWorker),
            ])
            try await bench.pass(to: morning + .seconds(4 * 3_600))
            #expect(try await bench.count("select count(*) from supervision where reason = 'no-show'") == 4)
            try await bench.commit([
                .action("a-4", CaseAction(case: id, action: .endWhistle), at: bench.clock.now(), by: .secretary),
                .action("a-5", CaseAction(case: id, action: .resolve), at: bench.clock.now(), by: .secretary),
                .action("a-6", CaseAction(case: id, action: .close), at: bench.clock.now(), by: .secretary),
            ])
            let state = try await bench.state(id)
            #expect(state.status == .closed)
            #expect(try await bench.count("select count(*) from timer") == 0)
            #expect(try await bench.count("select count(*) from supervision where ended_at is null") == 0)
            #expect(try await bench.count("select count(*) from attendance") == 3)
            #expect(try await bench.count("select count(*) from attendance where in_time") == 1)
            #expect(try await bench.count("select count(*) from attendance where attendance = 'missed'") == 2)
            #expect(try await bench.rebuilt(id) == state)
        }
    }

    @Test func `takes a no-show back by evidence that came late, and names its event`() async throws {
        try await CaseBench.use { bench in
            let id = try await open(bench)
            var blow = CaseAction(case: id, action: .blowWhistle)
            blow.whistle = .emergency
            blow.departments = [City.water]
            try await bench.commit([.action("a-1", blow, at: morning, by: .secretary)])
            // Due at 09:30; the no-show is told; then a check-in of 09:20 comes at 10:00.
            try await bench.pass(to: morning + .seconds(3_600))
            let checkIn = CaseAction(case: id, action: .checkIn, department: City.water)
            try await bench.commit([.action("a-2", checkIn, at: morning + .seconds(1_200), by: .waterWorker)])
            #expect(try await bench.steps(id).suffix(2) == ["whistle.checked-in", "whistle.no-show-withdrawn"])
            let linked = """
                select count(*) from history as withdrawn join history as missed
                    on missed.event_id::text = withdrawn.data ->> 'missed' and missed.type = 'muster.whistle.missed.v1'
                where withdrawn.type = 'muster.whistle.no-show-withdrawn.v1'
                """
            #expect(try await bench.count(linked) == 1)
            let state = try await bench.state(id)
            #expect(state.whistle?.parts[0].attendance == .arrived && state.questions.isEmpty)
            #expect(try await bench.count("select count(*) from attendance where in_time and was_missed") == 1)
        }
    }

    @Test(.timeLimit(.minutes(3))) func `takes ten thousand commands and stays small`() async throws {
        try await CaseBench.use { bench in
            let id = try await open(bench)
            for batch in 0..<20 {
                var inputs: [Input<DispatchCommand>] = []
                for step in 0..<250 {
                    let at = morning + .seconds(batch * 10 + 1)
                    let name = "\(batch)-\(step)"
                    inputs.append(
                        .action("accept-\(name)", CaseAction(case: id, action: .accept), at: at, by: .secretary))
                    var pass = CaseAction(case: id, action: .handOver)
                    pass.unit = step.isMultiple(of: 2) ? City.neighbourGrid : City.grid
                    inputs.append(.action("pass-\(name)", pass, at: at, by: .secretary))
                }
                let receipts = try await bench.commit(inputs)
                #expect(receipts.allSatisfy { $0.verdict == .taken })
            }
            let state = try await bench.state(id)
            #expect(state.version == 10_001 && state.handOvers == 5_000)
            #expect(try await bench.count("select count(*) from history") == 10_001)
            #expect(try await bench.count("select pg_column_size(state) from matter") < 4_000)
            #expect(try await bench.rebuilt(id) == state)
        }
    }
}
