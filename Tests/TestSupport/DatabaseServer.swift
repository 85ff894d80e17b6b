import Postgres

/// The Postgres server of this run: makes and drops the databases of the tests.
struct DatabaseServer {
    private let url: DatabaseURL

    /// - Throws: `MissingServer` where the run has none, `InvalidDatabaseURL` where it is not on this machine.
    init() throws {
        guard let text = TestEnvironment.postgres else {
            throw MissingServer(
                description: "MUSTER_TEST_POSTGRES is not set: add the trait .needsPostgres to the test")
        }
        url = try DatabaseURL(text)
    }

    func url(of database: String) -> String { url.database(database) }

    /// A name that nobody has used. It begins with that of the run, so that `infra/dev/test` can drop what a killed run left.
    static func newName() -> String {
        "muster_test_\(TestEnvironment.run)_\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
    }

    func create(_ name: String, from template: String = "template1") async throws {
        try await execute("create database \(name) template \(template)")
    }

    func drop(_ name: String) async throws {
        try await execute("drop database if exists \(name) with (force)")
    }

    private func execute(_ sql: String) async throws {
        let connection = try await PostgresConnection.connect(url.database("postgres"))
        do {
            try await connection.run { session in try session.execute(sql) }
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }
}
