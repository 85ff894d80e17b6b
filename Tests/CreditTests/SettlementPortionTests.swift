import Contracts
import Postgres
import ServiceKit
import TestSupport
import Testing

@testable import muster_credit

/// How much one batch of settlements holds.
@Suite(.needsPostgres, .timeLimit(.minutes(2)))
struct SettlementPortionTests {
    private static let people = (0..<5).map { Subject(kind: .resident, id: "p-\($0)") }

    /// Five people with ten deeds each that are to be settled.
    private static func deeds(from start: Instant) -> [Input<CreditCommand>] {
        people.flatMap { person in
            (0..<10).map { .deed("\(person.id)-\($0)", of: person, at: start + .seconds(60 * $0)) }
        }
    }

    @Test(arguments: [(19, [1, 1, 1, 1, 1]), (25, [2, 2, 1]), (50, [5]), (3, [1, 1, 1, 1, 1])] as [(Int32, [Int])])
    func `accounts are settled together as long as their events are few enough`(
        bound: Int32, batches: [Int]
    ) async throws {
        let rules = try Sample.standardRules()
        try await CreditBench.use(at: Sample.start) { bench in
            // Given people who agreed, and all of whose deeds wait
            _ = try await bench.commit(Self.people.map { .consent("c-\($0.id)", of: $0, at: Sample.start) }, rules)
            try await bench.settleAll(rules)
            _ = try await bench.commit(Self.deeds(from: Sample.start + .seconds(60)), rules)
            bench.clock.set(bench.clock.now() + .seconds(3_600))
            // When they are settled
            var settled: [Int] = []
            while let count = try await bench.settle(rules, SettlementPortion(bound: bound)), count > 0 {
                settled.append(count)
            }
            // Then by so many at once, and what stands is the same
            #expect(settled == batches)
            let ledger = try await bench.ledger()
            #expect(Set(ledger.map(\.key.account)).count == 5)
            #expect(try await bench.count("select count(*) from unsettled") == 0)
            #expect(try await bench.count("select sum(message_count) from outbox") == ledger.count)
        }
    }

    /// What it says is in the mark, and not all that the account ever did; a changed consent may concern all of it.
    @Test func `what is not to be looked at is not counted, and what a consent may concern is`() async throws {
        let rules = try Sample.standardRules()
        try await CreditBench.use(at: Sample.start) { bench in
            _ = try await bench.commit(Self.deeds(from: Sample.start - .seconds(3_600)), rules)
            try await bench.settleAll(rules)
            func portions(_ inputs: [Input<CreditCommand>]) async throws -> Int? {
                let receipts = try await bench.commit(inputs, rules)
                #expect(receipts.allSatisfy { $0.verdict == .taken }, "\(receipts)")
                bench.clock.set(bench.clock.now() + .seconds(3_600))
                return try await bench.settle(rules, SettlementPortion(bound: 15))
            }
            let later = bench.clock.now()
            // Hours are an item of their own, of which each has one
            let hours = Self.people.map { Input<CreditCommand>.hours("h-\($0.id)", 100, of: $0, at: later) }
            let alone = try await portions(hours)
            #expect(alone == 5)
            let consents = Self.people.map { Input<CreditCommand>.consent("c-\($0.id)", of: $0, at: later) }
            let together = try await portions(consents)
            #expect(together == 1)
        }
    }
}
