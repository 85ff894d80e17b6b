import Contracts
import Postgres
import ServiceKit
import TestSupport
import Testing

@testable import muster_dispatch

/// The same hours of a city twice: once undisturbed, and once with connections that are killed in the middle of their
/// transactions, inputs that come again, and two replicas that take the same inputs and clocks at once.
@Suite(.needsPostgres, .timeLimit(.minutes(10))) struct `random lives of cases in the database` {
    @Test(arguments: [1, 2] as [UInt64])
    func `keep what must hold, and come to the same whatever is killed or comes again`(seed: UInt64) async throws {
        try await CaseBench.use { plain in
            let life = try await CityLife(seed, steps: 90, on: plain)
            let faults = try await CaseAudit(bench: plain).faults()
            #expect(faults == [])
            let contents = try await CaseAudit(bench: plain).contents()
            // Hours in which nothing happened would hold everything too.
            for type in ["whistle.missed", "case.climbed", "case.joined-to", "case.resumed"] {
                let isThere = contents.contains { $0.contains("muster.\(type).v1") }
                if seed == 1 { #expect(isThere, "there was no \(type)") }
            }
            try await CaseBench.use { bench in
                try await Self.prepareDeaths(bench)
                var run = Interrupted(bench: bench, seed: seed)
                try await run.play(life)
                let deaths = try await bench.count("select last_value / 5 from written")
                #expect(deaths > 10 && run.repeats > 10, "\(deaths) died, \(run.repeats) came again")
                let faults = try await CaseAudit(bench: bench).faults()
                #expect(faults == [])
                let other = try await CaseAudit(bench: bench).contents()
                #expect(Set(other).subtracting(contents) == [] && Set(contents).subtracting(other) == [])
                #expect(other.count == contents.count)
            }
        }
    }

    /// Every so many'th time that history is written, the connection that writes it dies there; counted by a sequence, which no
    /// rollback takes back.
    private static func prepareDeaths(_ bench: CaseBench) async throws {
        try await bench.pool.run { session in
            try session.execute(
                """
                create sequence written;
                create function die() returns trigger language plpgsql as $$
                begin
                    if nextval('written') % 5 = 0 then perform pg_terminate_backend(pg_backend_pid()); end if;
                    return null;
                end $$;
                create trigger dies after insert on history for each statement execute function die();
                """)
        }
    }
}

/// Plays a life again, and does not let off until each of its inputs is answered.
private struct Interrupted {
    let bench: CaseBench
    private let other: CaseBench
    private var random: Seeded
    private(set) var repeats = 0

    init(bench: CaseBench, seed: UInt64) {
        self.bench = bench
        other = bench.beside(bench.policy)
        random = Seeded(seed &+ 1_000)
    }

    mutating func play(_ life: CityLife) async throws {
        for step in life.steps {
            try await runClocks(until: step.clock)
            // In pieces, as they may come from several partitions.
            var inputs = step.inputs[...]
            var receipts: [Receipt] = []
            while !inputs.isEmpty {
                let piece = Array(inputs.prefix(Int.random(in: 1...4, using: &random)))
                inputs = inputs.dropFirst(piece.count)
                receipts += try await take(piece)
            }
            for (receipt, wanted) in zip(receipts, step.receipts) {
                #expect(receipt.id == wanted.id && receipt.result == wanted.result, "\(receipt), not \(wanted)")
                #expect((receipt.verdict == .refused) == (wanted.verdict == .refused), "\(receipt), not \(wanted)")
                #expect(receipt.reason?.code == wanted.reason?.code, "\(receipt), not \(wanted)")
            }
        }
    }

    /// Two replicas look at the same clocks at once, until neither finds one that is due.
    private func runClocks(until time: Instant) async throws {
        let (bench, other) = (bench, other)
        bench.clock.set(time)
        other.clock.set(time)
        while true {
            async let first = bench.runDue()
            async let second = other.runDue()
            if try await [first, second] == [0, 0] { return }
        }
    }

    /// Now and then once more: the reply was lost, or it was sent twice, to the same replica or to both at once.
    private mutating func take(_ inputs: [Input<DispatchCommand>]) async throws -> [Receipt] {
        let (bench, other) = (bench, other)
        var receipts: [Receipt] = []
        repeat {
            if random.isTrue(0.2) {
                async let first = bench.commit(inputs)
                async let second = other.commit(inputs)
                receipts = try await random.isTrue(0.5) ? first : second
                _ = try await (first, second)
                repeats += 1
            } else {
                receipts = try await bench.commit(inputs)
            }
            repeats += 1
        } while random.isTrue(0.3)
        repeats -= 1
        return receipts
    }
}
