import Testing

@testable import TestSupport

@Suite struct DatabaseURLTests {
    @Test(arguments: [
        ("postgres://me:pass@127.0.0.1:5433/postgres", "postgres://me:pass@127.0.0.1:5433/other"),
        ("postgresql://localhost", "postgresql://localhost/other"),
        ("postgres://p%40x:y%2F@[::1]:1/a?sslmode=disable", "postgres://p%40x:y%2F@[::1]:1/other?sslmode=disable"),
    ])
    func `another database is on the same server, with the same user and options`(url: String, other: String) throws {
        #expect(try DatabaseURL(url).database("other") == other)
    }

    @Test(arguments: [
        "postgres://db.example.org/postgres", "postgres://10.0.0.1/postgres", "postgres:///postgres",
        "postgres://127.0.0.1/postgres?host=db.example.org", "postgres://127.0.0.1/postgres?hostaddr=10.0.0.1",
        "postgres://localhost.example.org/postgres", "host=127.0.0.1", "mysql://127.0.0.1/",
    ])
    func `a server that is not surely on this machine is refused`(url: String) {
        #expect(throws: InvalidDatabaseURL.self) { try DatabaseURL(url) }
    }
}
