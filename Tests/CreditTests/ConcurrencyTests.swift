import Contracts
import Postgres
import ServiceKit
import TestSupport
import Testing

@testable import muster_credit

/// Several replicas at once, on a real Postgres: the ledger must be as if one had done all in order.
@Suite(.needsPostgres, .timeLimit(.minutes(5)))
struct ConcurrencyTests {
    @Test(arguments: 0..<6 as Range<UInt64>)
    func `batches and settlements that meet lose nothing and pay nothing twice`(seed: UInt64) async throws {
        let rules = try Sample.standardRules()
        var random = SeededGenerator(seed: seed)
        let inputs = Self.inputs(&random)
        let start = Sample.start
        try await CreditBench.use(at: start) { bench in
            // Given two replicas that take the same inputs in different orders, and two that settle all the while
            let first = Self.batches(inputs, &random)
            let second = Self.batches(inputs, &random)
            try await withThrowingTaskGroup { group in
                for batches in [first, second] {
                    group.addTask {
                        for batch in batches {
                            let receipts = try await bench.commit(batch, rules)
                            #expect(receipts.allSatisfy { $0.verdict != .refused }, "\(receipts)")
                            bench.clock.set(bench.clock.now() + .seconds(60))
                        }
                    }
                }
                let settlers = (0..<2).map { _ in
                    Task { while !Task.isCancelled { _ = try await bench.settle(rules) } }
                }
                do { try await group.waitForAll() } catch {
                    for settler in settlers { settler.cancel() }
                    throw error
                }
                for settler in settlers {
                    settler.cancel()
                    _ = await settler.result
                }
            }
            // When all is quiet
            try await bench.settleAll(rules)
            // Then what stands is what one settlement of everything gives
            let ledger = try await bench.ledger()
            #expect(Self.net(ledger) == Self.net(Self.expected(inputs, rules)), "seed \(seed)")
            #expect(try await bench.count("select count(*) from unsettled") == 0)
            #expect(try await bench.count("select count(*) from timer") == 0)
            #expect(try await bench.count("select sum(message_count) from outbox") == ledger.count)
            // And the sums that were kept along are those of the ledger
            #expect(
                try await bench.count(
                    """
                    select count(*) from balance full join (
                        select subject, expires_at, sum(points) as points from entry group by subject, expires_at
                    ) as made using (subject, expires_at)
                    where coalesce(balance.points, 0) <> coalesce(made.points, 0)
                    """) == 0)
        }
    }

    private static let people = (1...3).map { Subject(kind: .resident, id: "p-\($0)") }

    private static func inputs(_ random: inout SeededGenerator) -> [Input<CreditCommand>] {
        let at = { (random: inout SeededGenerator) in
            Sample.start - .seconds(Int.random(in: 0..<400, using: &random) * 3_000)
        }
        var inputs: [Input<CreditCommand>] = (0..<240).map { number in
            let subject = people.randomElement(using: &random) ?? Sample.resident
            let time = at(&random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: return .hours("h-\(number)", Int.random(in: 1...2_400, using: &random), of: subject, at: time)
            case 1:
                return .deed(
                    "g-\(number)", "gift", of: subject, at: time, quantity: Int.random(in: 100...3_000, using: &random))
            case 2: return .visit("v-\(number)", minutes: Int.random(in: 1...60, using: &random), at: time)
            default: return .deed("s-\(number)", "snow-cleared", of: subject, at: time)
            }
        }
        let consenting = people + [Subject(kind: .communityWorker, id: CreditBench.chief.text)]
        for (index, subject) in consenting.enumerated() {
            inputs.append(.consent("c-\(index)", of: subject, at: Sample.start - .seconds(13 * 86_400)))
            inputs.append(.consent("w-\(index)", false, of: subject, at: at(&random)))
            inputs.append(.consent("b-\(index)", of: subject, at: at(&random)))
        }
        return inputs
    }

    private static func batches(
        _ inputs: [Input<CreditCommand>], _ random: inout SeededGenerator
    ) -> [[Input<CreditCommand>]] {
        var rest = inputs.shuffled(using: &random)[...]
        var batches: [[Input<CreditCommand>]] = []
        while !rest.isEmpty {
            let batch = rest.prefix(Int.random(in: 1...20, using: &random))
            rest = rest.dropFirst(batch.count)
            batches.append(Array(batch))
        }
        return batches
    }

    /// What the same inputs earn when they are settled at once.
    private static func expected(_ inputs: [Input<CreditCommand>], _ rules: CreditRules) -> [CreditEntry] {
        var changes: [Account: [Consent.Change]] = [:]
        let events = inputs.compactMap { input -> CreditedEvent? in
            let envelope = input.envelope
            let event = { (subject: Subject, item: String, quantity: Int) in
                CreditedEvent(
                    id: envelope.creditID, subject: subject, item: item, occurredAt: envelope.time, quantity: quantity,
                    unit: CreditBench.grid, cause: envelope.cause)
            }
            switch input.command {
            case .deed(let deed): return event(deed.subject, deed.item, deed.quantity ?? 1)
            case .hours(let hours): return event(hours.subject, "volunteer-hours", hours.hours)
            case .visit(let visit):
                return event(
                    Subject(kind: .communityWorker, id: CreditBench.chief.text), "patrol-hour", visit.minutes)
            case .consent(let consent):
                changes[Account(consent.subject), default: []].append(
                    .init(at: envelope.time, id: envelope.creditID, isGiven: consent.given))
                return nil
            default: return nil
            }
        }
        return Settlement(rules: rules).settle(events, consents: changes.mapValues { Consent($0) }, existing: [])
    }

    private static func net(_ ledger: [CreditEntry]) -> [String] {
        Ledger.standing(ledger).map { "\($0.key.account) \($0.key.rule) \($0.cause.id) \($0.points)" }
    }
}
