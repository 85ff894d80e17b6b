import Contracts
import Foundation
import Postgres
import TestSupport
import Testing

/// What `muster migrate` lets each role do: its own schema's rows, and nothing of anybody else's.
@Suite(.timeLimit(.minutes(2)))
struct RoleTests {
    private func use(_ body: (ScratchDatabase, PostgresConnection) async throws -> Void) async throws {
        try await ScratchDatabase.use { database in
            var environment = ["MUSTER_POSTGRES_URL": database.url]
            for service in ServiceName.allCases {
                environment["MUSTER_\(service.rawValue.uppercased())_PASSWORD"] = "test"
            }
            try Program.run("muster", ["migrate"], environment: environment)
            let admin = try await PostgresConnection.connect(database.url)
            do { try await body(database, admin) } catch {
                await admin.close()
                throw error
            }
            await admin.close()
        }
    }

    private func runtime(_ service: ServiceName, _ database: ScratchDatabase) async throws -> PostgresConnection {
        let authority = database.url.split(separator: "@").last.map(String.init) ?? ""
        return try await PostgresConnection.connect(
            "postgres://\(database.name)_\(service.rawValue):test@\(authority)")
    }

    private func lines(_ sql: String, _ connection: PostgresConnection) async throws -> [String] {
        try await connection.run { session in
            try session.query(Statement("lines \(sql.hashValue)", sql)).rows(as: String.self)
        }
    }

    private func refusal(_ sql: String, _ connection: PostgresConnection) async -> SQLState? {
        do {
            try await connection.run { session in try session.execute(sql) }
            return nil
        } catch { return (error as? PostgresError)?.sqlState }
    }

    /// Postgres' own word for every table, view, sequence and function of every other schema.
    @Test(.needsPostgres) func `a service's role may do nothing with anything of another service`() async throws {
        try await use { database, admin in
            for service in ServiceName.allCases {
                for other in ServiceName.allCases where other != service {
                    let role = "\(database.name)_\(service.rawValue)"
                    let allowed = try await lines(
                        """
                        select 'schema ' || nspname from pg_namespace where nspname = '\(other)'
                            and (has_schema_privilege('\(role)', oid, 'usage')
                                or has_schema_privilege('\(role)', oid, 'create'))
                        union all
                        select relkind::text || ' ' || relname from pg_class
                        where relnamespace = '\(other)'::regnamespace and relkind in ('r', 'v', 'm', 'p')
                            and has_table_privilege(
                                '\(role)', oid, 'select, insert, update, delete, truncate, references, trigger')
                        union all
                        select 'sequence ' || relname from pg_class
                        where relnamespace = '\(other)'::regnamespace
                            and case when relkind = 'S'
                                then has_sequence_privilege('\(role)', oid, 'usage, select, update') end
                        union all
                        select 'function ' || proname from pg_proc
                        where pronamespace = '\(other)'::regnamespace
                            and has_function_privilege('\(role)', oid, 'execute')
                        """, admin)
                    #expect(allowed == [], "\(service) in \(other)")
                }
            }
            // It is no vacuous truth: there are tables, sequences and functions to be kept from.
            let kinds = try await lines(
                """
                select distinct relkind::text from pg_class where relnamespace = 'intake'::regnamespace
                    and relkind in ('r', 'S')
                union all
                select 'f' where exists (select from pg_proc where pronamespace = 'intake'::regnamespace)
                """, admin)
            #expect(Set(kinds) == ["r", "S", "f"])
        }
    }

    @Test(.needsPostgres) func `logged in as one service, another's rows, sequences and functions are refused`()
        async throws
    {
        try await use { database, _ in
            for service in ServiceName.allCases {
                let connection = try await runtime(service, database)
                for other in ServiceName.allCases where other != service {
                    for sql in [
                        "select * from \(other).input", "insert into \(other).commit_marker values (gen_random_uuid())",
                        "select nextval('\(other).outbox_id_seq')", "select \(other).expect_rows('x', 1, 1)",
                        "create table \(other).intruder (id int)",
                    ] {
                        #expect(await refusal(sql, connection) == SQLState("42501"), "\(service): \(sql)")
                    }
                }
                // Of its own schema it has the rows, and neither the tables nor the record of migrations.
                #expect(await refusal("select count(*) from input", connection) == nil)
                #expect(await refusal("select expect_rows('x', 1, 1)", connection) == nil)
                for sql in [
                    "create table intruder (id int)", "drop table input", "delete from schema_migration",
                    "create table public.intruder (id int)", "set role \(database.name)_\(service)_owner",
                ] {
                    #expect(await refusal(sql, connection) == SQLState("42501"), "\(service): \(sql)")
                }
                await connection.close()
            }
        }
    }

    @Test(.needsPostgres) func `whoever reconciles reads everything and writes nothing`() async throws {
        try await use { database, admin in
            let reader = "\(database.name)_reader"
            for service in ServiceName.allCases {
                let wrong = try await lines(
                    """
                    select relname::text from pg_class where relnamespace = '\(service)'::regnamespace and relkind = 'r'
                        and (not has_table_privilege('\(reader)', oid, 'select')
                            or has_table_privilege('\(reader)', oid, 'insert, update, delete, truncate'))
                    """, admin)
                #expect(wrong == [], "in \(service)")
            }
        }
    }
}
