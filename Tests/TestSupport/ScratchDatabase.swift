public import Postgres

/// A database that a test has to itself: made before, dropped after, whatever the test did.
public struct ScratchDatabase: Sendable {
    /// The URI to connect with, as a superuser.
    public let url: String
    /// Its name on the server.
    public let name: String

    /// Settings of a pool whose connections look into one schema.
    ///
    /// Whoever uses it waits for a connection for as long as a busy machine may stand still.
    public func poolOptions(schema: String) -> PostgresPool.Options {
        let separator = url.contains("?") ? "&" : "?"
        var options = PostgresPool.Options(
            conninfo: "\(url)\(separator)options=-csearch_path%3D\(schema)", name: schema)
        options.acquireTimeout = .seconds(60)
        options.connectTimeout = .seconds(60)
        options.backoff = PostgresPool.Backoff(first: .milliseconds(10), limit: .milliseconds(100))
        return options
    }

    /// Each database takes some of the server's connections, so that not every test can have one at the same time.
    private static let turnstile = Turnstile(places: 8)

    /// Lends an empty database, or a copy of a template.
    /// - Throws: `MissingServer` where the run has no Postgres (the trait `.needsPostgres` skips such a test), the server's
    ///   errors, and what `body` throws.
    public static func use<Value: Sendable>(
        _ template: DatabaseTemplate? = nil, _ body: (ScratchDatabase) async throws -> Value
    ) async throws -> Value {
        let server = try DatabaseServer()
        await turnstile.enter()
        let result = await lend(server, template, body)
        await turnstile.leave()
        return try result.get()
    }

    private static func lend<Value: Sendable>(
        _ server: DatabaseServer, _ template: DatabaseTemplate?, _ body: (ScratchDatabase) async throws -> Value
    ) async -> Result<Value, any Error> {
        let name = DatabaseServer.newName()
        let result: Result<Value, any Error>
        do {
            try await server.create(name, from: template?.name(on: server) ?? "template1")
            result = .success(try await body(ScratchDatabase(url: server.url(of: name), name: name)))
        } catch {
            result = .failure(error)
        }
        // Also when the test was cancelled, for instance by its time limit: a cancelled task could not talk to the server.
        let dropping = await Task { try await server.drop(name) }.result
        if case .success = result, case .failure(let error) = dropping { return .failure(error) }
        return result
    }
}
