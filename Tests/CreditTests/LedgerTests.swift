import Contracts
import Postgres
import TestSupport
import Testing

@testable import ServiceKit
@testable import muster_credit

/// The handler on a real Postgres.
@Suite(.needsPostgres, .timeLimit(.minutes(5)))
struct LedgerTests {
    let rules: CreditRules
    let chief = Subject(kind: .communityWorker, id: CreditBench.chief.text)

    init() throws { rules = try Sample.standardRules() }

    private func at(_ minutes: Int) -> Instant { Sample.start + .seconds(minutes * 60) }

    /// `rule cause points`, of what stands.
    private func standing(_ bench: CreditBench) async throws -> [String] {
        Ledger.standing(try await bench.ledger()).map { "\($0.key.rule) \($0.cause.id) \($0.points)" }
    }

    @Test func `what happens earns entries at the next mark, and each is published once`() async throws {
        try await CreditBench.use(at: at(10)) { bench in
            let receipts = try await bench.commit(
                [
                    .consent("c-1", at: at(0)), .deed("d-1", at: at(1)), .hours("h-1", 250, at: at(2)),
                    .deed("d-2", "unheard-of", at: at(3)), .missed("m-1", by: DepartmentCode("D017")!, at: at(4)),
                ], rules)
            #expect(receipts.map(\.verdict) == [.taken, .taken, .taken, .refused, .taken])
            #expect(try await bench.settle(rules) == 0)
            bench.clock.set(at(11))
            #expect(try await bench.settle(rules) == 2)
            #expect(
                try await standing(bench) == [
                    "snow-cleared d-1 1.00", "volunteer-hours h-1 2.50", "whistle-missed m-1 0.00",
                ])
            #expect(try await bench.count("select sum(message_count) from outbox") == 3)
            #expect(try await bench.count("select sum(points) from balance where subject = 'person:p-1'") == 350)
            #expect(try await bench.count("select count(*) from unsettled where pace = 'soon'") == 0)
            #expect(try await bench.count("select count(*) from rule_version") == 1)
        }
    }

    @Test(arguments: [true, false])
    func `a no-show that is withdrawn is taken back, also where the withdrawal comes first`(isInOrder: Bool)
        async throws
    {
        let event = Sample.id("m-1")
        let water = DepartmentCode("D017")!
        let inputs: [Input<CreditCommand>] = [
            .missed(event, by: water, at: at(4)), .withdrawn("w-1", event, by: water, due: at(4)),
        ]
        try await CreditBench.use(at: at(10)) { bench in
            for input in isInOrder ? inputs : inputs.reversed() {
                _ = try await bench.commit([input], rules)
                try await bench.settleAll(rules)
            }
            #expect(try await standing(bench) == [])
            #expect(try await bench.ledger().count == (isInOrder ? 2 : 0))
        }
    }

    @Test func `a repeat changes nothing, and the same id for something else is a conflict`() async throws {
        try await CreditBench.use(at: at(10)) { bench in
            let inputs: [Input<CreditCommand>] = [.consent("c-1", at: at(0)), .deed("d-1", at: at(1))]
            _ = try await bench.commit(inputs, rules)
            try await bench.settleAll(rules)
            let again = try await bench.commit(inputs + [.deed("d-1", "blood-donated", at: at(1))], rules)
            #expect(again.map(\.verdict) == [.known, .known, .refused])
            try await bench.settleAll(rules)
            #expect(try await bench.ledger().map(\.line) == ["d-1 0 1.00"])
        }
    }

    @Test func `patrols are settled by the hour, and an hour pays whoever's visit completes it`() async throws {
        try await CreditBench.use(at: at(1)) { bench in
            _ = try await bench.commit([.consent("c-1", of: chief, at: at(0))], rules)
            for number in 0..<6 {
                _ = try await bench.commit([.visit("v-\(number)", minutes: 25, at: at(1 + 30 * number))], rules)
            }
            bench.clock.set(at(59))
            while try await bench.settle(rules) != 0 {}
            #expect(try await bench.ledger() == [])
            bench.clock.set(at(60))
            while try await bench.settle(rules) != 0 {}
            #expect(try await standing(bench) == ["patrol-hour v-2 0.02", "patrol-hour v-4 0.02"])
        }
    }

    @Test func `consent that arrives late reaches back to when it was given, and no further`() async throws {
        try await CreditBench.use(at: at(10)) { bench in
            let days = { (count: Int) in at(count * 24 * 60) }
            _ = try await bench.commit(
                [.deed("d-0", at: days(-3)), .deed("d-1", at: days(-2)), .deed("d-2", at: days(-1))], rules)
            try await bench.settleAll(rules)
            #expect(try await bench.ledger() == [])
            _ = try await bench.commit([.consent("c-1", at: days(-2))], rules)
            try await bench.settleAll(rules)
            #expect(try await standing(bench) == ["snow-cleared d-1 1.00", "snow-cleared d-2 1.00"])
            _ = try await bench.commit([.consent("c-2", false, at: days(-1))], rules)
            try await bench.settleAll(rules)
            #expect(try await standing(bench) == ["snow-cleared d-1 1.00"])
            #expect(try await bench.count("select sum(points) from balance where subject = 'person:p-1'") == 100)
        }
    }

    @Test func `a version of the rules that is changed after it paid stops settling, and loses nothing`() async throws {
        try await CreditBench.use(at: at(10)) { bench in
            let yesterday = at(-24 * 60)
            _ = try await bench.commit([.consent("c-1", at: yesterday), .deed("d-1", at: at(1))], rules)
            try await bench.settleAll(rules)
            var version = try #require(rules.versions.first)
            version.items["snow-cleared"]?.worth = .flat(Points(50))
            let changed = CreditRules(calendar: rules.calendar, versions: [version])
            _ = try await bench.commit([.deed("d-2", at: yesterday)], changed)
            let defect = await #expect(throws: TimerDefect.self) { try await bench.settleAll(changed) }
            #expect(defect?.reason is RulesChanged)
            #expect(try await bench.ledger().map(\.line) == ["d-1 0 1.00"])

            version = try #require(rules.versions.first)
            version.items["snow-cleared"]?.english = "Cleared away snow"
            try await bench.settleAll(CreditRules(calendar: rules.calendar, versions: [version]))
            #expect(try await standing(bench) == ["snow-cleared d-2 1.00", "snow-cleared d-1 1.00"])
        }
    }

    @Test func `after a change of rules everything may be settled again, and nobody is paid twice`() async throws {
        try await CreditBench.use(at: at(10)) { bench in
            _ = try await bench.commit(
                [.consent("c-1", at: at(0)), .deed("d-1", at: at(1)), .hours("h-1", 1_000, at: at(2))], rules)
            try await bench.settleAll(rules)
            let before = try await bench.ledger()
            var version = try #require(rules.versions.first)
            version.number = 2
            version.from = at(24 * 60)
            version.items["snow-cleared"]?.worth = .flat(Points(50))
            let later = CreditRules(calendar: rules.calendar, versions: rules.versions + [version])
            bench.clock.set(at(2 * 24 * 60))
            _ = try await bench.commit([.consent("c-2", at: at(-60))], later)
            try await bench.settleAll(later)
            #expect(try await bench.ledger().sorted() == before.sorted())
        }
    }

    @Test func `a mark that is made again is the maker's until it commits, so that nobody removes it under it`()
        async throws
    {
        let row = UnsettledRow(account: Account(Sample.resident), pace: .soon, item: "gift", since: at(0))
        try await CreditBench.use(at: at(0)) { bench in
            let owned = try await bench.pool.run { session in
                try session.pipeline([UnsettledRow.insert([row])]) { _, _ in }
                return try session.transaction { session in
                    try session.pipeline([UnsettledRow.insert([row])]) { _, _ in }
                    // Whoever wrote a row last holds it.
                    let mine = Statement(
                        once: "select count(*) from unsettled where xmin::text = pg_current_xact_id()::xid::text")
                    return try session.query(mine, Parameters()).value(Int64.self, row: 0, column: 0)
                }
            }
            #expect(owned == 1)
        }
    }
}
