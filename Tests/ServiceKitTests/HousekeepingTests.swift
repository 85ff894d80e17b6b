import Contracts
import Postgres
import Telemetry
import TestSupport
import Testing

@testable import ServiceKit

/// What is promised to be forgotten is, bit by bit, and nothing else.
@Suite(.timeLimit(.minutes(2)))
struct HousekeepingTests {
    private func housekeeping(
        _ database: KernelDatabase, _ chores: [Chore], at now: Instant = ToyInputs.time
    ) -> Housekeeping {
        let clock = CityClock(.stepped)
        clock.set(now)
        return Housekeeping(
            chores: chores, pool: database.pool, clock: clock, pause: .seconds(60),
            log: Logger(service: "test", sink: MemorySink()), metrics: HousekeepingMetrics(Metrics()))
    }

    private func give(_ database: KernelDatabase, _ table: String, _ count: Int, daysAgo: Int) async throws {
        let columns = table == "input" ? "source, id, digest" : "source, id, digest, type, code, detail, stage"
        let values = table == "input" ? "" : ", 't', 'c', 'd', 's'"
        let time = ToyInputs.time - .days(daysAgo)
        try await database.execute(
            """
            insert into \(table) (\(columns), recorded_at)
            select 'app', '\(daysAgo)-' || n, '\\x01'\(values), '\(time)' from generate_series(1, \(count)) as n
            """)
    }

    @Test(.needsPostgres, arguments: ["input", "refusal"])
    func `keys of inputs go when no copy can come any more, in steps, and not before`(table: String) async throws {
        try await KernelDatabase.use { database in
            try await give(database, table, 1_200, daysAgo: 46)
            try await give(database, table, 10, daysAgo: 44)
            let chores = Chore.kernel(keepingInputs: .days(45))
            let housekeeping = housekeeping(database, chores)
            let chore = try #require(chores.first { $0.name == (table == "input" ? "inputs" : "refusals") })
            #expect(try await housekeeping.step(chore) == 1_000)
            #expect(try await database.count("select count(*) from \(table)") == 210)
            #expect(await housekeeping.round())
            #expect(try await database.count("select count(*) from \(table)") == 10)
            #expect(housekeeping.metrics.rows(chore.name).value == 200)
        }
    }

    @Test(.needsPostgres) func `answers go after a day and marks of commits after an hour, of the server's time`()
        async throws
    {
        try await KernelDatabase.use { database in
            try await database.execute(
                """
                insert into idempotent_answer (actor, key, request_digest, status, body, answered_at)
                select 'p', n::text, '', 200, '', now() - interval '25 hours' * (n % 2) from generate_series(1, 4002) n;
                insert into commit_marker select gen_random_uuid(), clock_timestamp() - n * interval '10 minutes'
                from generate_series(0, 11) as n
                """)
            let chores = Chore.kernel(keepingInputs: .days(45))
            let housekeeping = housekeeping(database, chores)
            let answers = try #require(chores.first { $0.name == "answers" })
            #expect(try await housekeeping.step(answers) == 1_000)
            #expect(await housekeeping.round())
            #expect(try await database.count("select count(*) from idempotent_answer") == 2_001)
            #expect(try await database.count("select count(*) from commit_marker") == 6)
        }
    }

    @Test(.needsPostgres) func `two replicas at once forget everything once`() async throws {
        try await KernelDatabase.use { database in
            try await give(database, "input", 5_000, daysAgo: 60)
            let both = (0..<2).map { _ in housekeeping(database, Chore.kernel(keepingInputs: .days(45))) }
            async let first = both[0].round()
            async let second = both[1].round()
            #expect(await [first, second] == [true, true])
            #expect(both.reduce(0) { $0 + $1.metrics.rows("inputs").value } == 5_000)
        }
    }

    @Test(.needsPostgres) func `a chore that fails keeps none of the others from being done`() async throws {
        try await KernelDatabase.use { database in
            try await give(database, "input", 3, daysAgo: 60)
            let broken = Chore("broken", keeping: .days(1), Statement("broken", "select count(*) from nowhere"))
            let housekeeping = housekeeping(database, [broken] + Chore.kernel(keepingInputs: .days(45)))
            #expect(await housekeeping.round() == false)
            #expect(housekeeping.metrics.failures("broken").value == 1)
            #expect(try await database.count("select count(*) from input") == 0)
        }
    }
}
