import FoundationEssentials
import Postgres
import Testing

/// A database of its own for each suite, on the server that `MUSTER_TEST_POSTGRES` names, dropped afterwards.
struct ScratchDatabase: SuiteTrait, TestScoping {
    @TaskLocal static var current: ConnectionString?

    /// The server, as a superuser; nothing outside of databases named `muster_test_…` is touched there.
    static let server = ProcessInfo.processInfo.environment["MUSTER_TEST_POSTGRES"]

    /// The suite's own database.
    static var conninfo: String {
        get throws { try #require(current, "the suite lacks .scratchDatabase").conninfo }
    }

    /// The same with further key words.
    static func conninfo(_ keywords: KeyValuePairs<String, String>) throws -> String {
        var string = try #require(current, "the suite lacks .scratchDatabase")
        for (keyword, value) in keywords { string[keyword] = value }
        return string.conninfo
    }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard let server = Self.server else { return try await function() }
        var string = try ConnectionString(server)
        let admin = try await PostgresConnection.connect(string.conninfo)
        let name = "muster_test_" + UUID().uuidString.lowercased().replacing("-", with: "").prefix(16)
        try await admin.run { try $0.execute("create database \(name)") }
        string["dbname"] = name
        let result: Result<Void, any Error>
        do { result = .success(try await Self.$current.withValue(string, operation: function)) } catch {
            result = .failure(error)
        }
        try await admin.run { try $0.execute("drop database \(name) with (force)") }
        try result.get()
    }
}

extension Trait where Self == ScratchDatabase {
    static var scratchDatabase: Self { ScratchDatabase() }
}

extension Trait where Self == ConditionTrait {
    static var needsPostgres: Self {
        .enabled(
            if: ScratchDatabase.server != nil,
            "set MUSTER_TEST_POSTGRES to the URI of a superuser on a scratch server, as postgresql://postgres@127.0.0.1:5432/postgres"
        )
    }
}
