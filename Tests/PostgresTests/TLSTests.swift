import Postgres
import TestSupport
import Testing

/// What libpq does with `sslmode` is libpq's; that our connection strings reach it unchanged is tested here.
@Suite(SecureServer.needs, .serialized, .timeLimit(.minutes(2)))
struct TLSTests {
    @Test func `a server is trusted for its certificate and its name, and nothing else`() async throws {
        try await SecureServer.run { server in
            let version = Statement(once: "select version from pg_stat_ssl where pid = pg_backend_pid() and ssl")

            // Given the right authority and name, everything works as without.
            let connection = try await PostgresConnection.connect(server.conninfo("verify-full"))
            let protocols = try await connection.run { try $0.query(version).rows(as: String.self) }
            #expect(protocols == ["TLSv1.3"])
            let task = Task { try await connection.run { try $0.execute("select pg_sleep(30)") } }
            let other = try await PostgresConnection.connect(server.conninfo("verify-full"))
            try await eventually("the statement runs") {
                try await other.run {
                    try $0.query(
                        Statement("busy", "select * from pg_stat_activity where query = 'select pg_sleep(30)'")
                    ).rowCount == 1
                }
            }
            task.cancel()
            let cancelled = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(cancelled?.reason == .cancelled)

            // Another name than the certificate's.
            let name = await #expect(throws: PostgresError.self) {
                try await PostgresConnection.connect(server.conninfo("verify-full", host: "elsewhere"))
            }
            #expect(name?.reason == .connectionFailed && name?.message.contains("does not match host name") == true)
            _ = try await PostgresConnection.connect(server.conninfo("verify-ca", host: "elsewhere"))

            // Another authority than the one that signed it.
            let authority = await #expect(throws: PostgresError.self) {
                try await PostgresConnection.connect(server.conninfo("verify-full", root: "other"))
            }
            #expect(
                authority?.reason == .connectionFailed
                    && authority?.message.contains("certificate verify failed") == true)

            // An idle connection's socket is watched through TLS as well.
            var stream = try await connection.notifications(on: "secure").makeAsyncIterator()
            try await other.run { try $0.execute("notify secure, 'heard'") }
            #expect(await stream.next()?.payload == "heard")
        }
    }
}

@Suite(.needsPostgres, .scratchDatabase, .serialized, .timeLimit(.minutes(5)))
struct PlainServerTests {
    @Test func `who demands TLS gets no connection without it`() async throws {
        let ssl = try await PostgresConnection.connect(try ScratchDatabase.conninfo).run {
            try $0.query(Statement(once: "show ssl")).row(0, as: String.self)
        }
        if ssl == "on" { try Test.cancel("the scratch server has TLS") }
        let error = await #expect(throws: PostgresError.self) {
            try await PostgresConnection.connect(
                try ScratchDatabase.conninfo(["sslmode": "require", "host": "127.0.0.1"]))
        }
        #expect(error?.reason == .connectionFailed && error?.message.contains("SSL") == true)
    }
}
