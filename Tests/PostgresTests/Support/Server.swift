import Postgres
import TestSupport
import Testing

/// What a second session sees and does while the first is at work.
struct Server {
    private let connection: PostgresConnection

    init() async throws { connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo) }

    /// Waits until the session runs a statement.
    func waitUntilBusy(_ session: PostgresConnection.ProcessID) async throws {
        try await eventually("session \(session) runs a statement") { try await isBusy(session) }
    }

    func isBusy(_ session: PostgresConnection.ProcessID) async throws -> Bool {
        try await ask("select exists (select from pg_stat_activity where pid = $1 and state = 'active')", session)
    }

    func exists(_ session: PostgresConnection.ProcessID) async throws -> Bool {
        try await ask("select exists (select from pg_stat_activity where pid = $1)", session)
    }

    /// Ends the session from the server's side, and waits until it is gone.
    func terminate(_ session: PostgresConnection.ProcessID) async throws {
        _ = try await ask("select pg_terminate_backend($1, 5000)", session)
    }

    /// Ends every session of the program that goes by this name.
    func terminateAll(of applicationName: String) async throws {
        try await connection.run { session in
            try session.query(
                Statement(
                    "end", "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = $1"),
                Parameters(applicationName))
        }
    }

    func notify(_ channel: String, _ payloads: [String]) async throws {
        try await connection.run { session in
            try session.query(
                Statement("notify", "select count(pg_notify($1, payload)) from unnest($2::text[]) as payload"),
                Parameters(channel, payloads))
        }
    }

    func count(_ table: String) async throws -> Int64 {
        try await connection.run { session in
            try session.query(Statement(once: "select count(*) from \(table)")).value(row: 0, column: 0)
        }
    }

    func execute(_ sql: String) async throws { try await connection.run { try $0.execute(sql) } }

    private func ask(_ sql: String, _ session: Int32) async throws -> Bool {
        try await connection.run { try $0.query(Statement(once: sql), Parameters(session)).value(row: 0, column: 0) }
    }
}

extension PostgresConnection {
    typealias ProcessID = Int32

    var processID: ProcessID {
        get async throws { try await run { try $0.processID } }
    }
}

extension Session {
    var processID: Int32 {
        mutating get throws { try query(Statement(once: "select pg_backend_pid()")).value(row: 0, column: 0) }
    }
}
