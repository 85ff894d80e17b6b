import Contracts
import Foundation
import Postgres

/// What credit has stored, as it is counted, emptied, and written once more by Postgres alone.
struct CreditLedger: Sendable {
    let stack: MeasuredStack
    let connection: PostgresConnection

    struct Progress: Sendable {
        /// Inputs that were decided on, by whatever way they came.
        var taken: Int
        var published: Int
        /// Whether something is left to be settled or published at this moment.
        var isBusy: Bool
        /// Whether something is left to be settled at a later one.
        var isWaiting: Bool
    }

    /// Cheap enough to be asked twenty times a second: counters, and the beginnings of indexes.
    func progress() async throws -> Progress {
        try await connection.run { session in
            let row = try session.query(
                .init(
                    "credit progress",
                    """
                    select (select coalesce(sum(taken + known + refused + dead), 0)::int8 from credit.stage_count),
                        (select coalesce(sum(messages), 0)::int8 from credit.published_count where topic = 'credit.entries'),
                        exists (select from credit.timer where due_at <= now()) or exists (select from credit.outbox),
                        exists (select from credit.timer)
                    """)
            ).rows(as: Int64.self, Int64.self, Bool.self, Bool.self)[0]
            return Progress(taken: Int(row.0), published: Int(row.1), isBusy: row.2, isWaiting: row.3)
        }
    }

    func count(_ sql: String) async throws -> Int { try await stack.count(sql, connection) }

    var entries: Int { get async throws { try await count("select count(*) from credit.entry") } }

    /// Nothing may be left behind, whatever the counters say.
    func checkNothingIsLeft() async throws {
        let unsettled = try await count("select count(*) from credit.unsettled")
        let unsent = try await count("select count(*) from credit.outbox")
        let refused = try await count("select count(*) from credit.refusal")
        guard unsettled + unsent + refused == 0 else {
            throw Unexpected(
                description: "\(unsettled) groups are unsettled, \(unsent) rows unsent, \(refused) inputs refused")
        }
    }

    /// What everybody's points are, and when they expire: the same however the ledger came about.
    func digest() async throws -> String {
        try await connection.run { session in
            session.timeout = .seconds(300)
            return try session.query(
                .init(
                    once: """
                        select coalesce(md5(string_agg(concat_ws(' ', subject, expires_at, points), ','
                            order by subject, expires_at)), '') from credit.balance where points <> 0
                        """)
            ).value(String.self, row: 0, column: 0)
        }
    }

    /// As a schema that was just made: it is then read again from the first record of each topic that is kept. The services must be
    /// stopped.
    func empty() async throws {
        try await connection.run { session in
            session.timeout = .seconds(300)
            let tables = try session.query(
                .init(
                    once: """
                        select string_agg(format('credit.%I', tablename), ', ') from pg_tables
                        where schemaname = 'credit' and tablename not in ('schema_migration', 'shard_lease')
                        """)
            ).value(String.self, row: 0, column: 0)
            try session.execute("truncate \(tables)")
        }
    }

    /// Rows a second of one `insert … select` of the lines since that time, into a table with the same keys.
    func limit(entriesSince instant: Instant) async throws -> (rows: Int, perSecond: Double) {
        try await connection.run { session in
            session.timeout = .seconds(300)
            try session.execute(
                """
                drop schema if exists bench_limit cascade;
                create schema bench_limit;
                create table bench_limit.entry (like credit.entry including all)
                """)
            let began = ContinuousClock.now
            let written = try session.query(
                .init(
                    once: """
                        with written as (
                            insert into bench_limit.entry select * from credit.entry where recorded_at >= $1 returning 1
                        )
                        select count(*) from written
                        """), Parameters(Timestamp(microsecondsSince1970: instant.milliseconds * 1_000))
            ).value(Int64.self, row: 0, column: 0)
            let spent = (ContinuousClock.now - began) / .seconds(1)
            try session.execute("drop schema bench_limit cascade")
            return (Int(written), Double(written) / spent)
        }
    }
}
