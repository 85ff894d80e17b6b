/// A database that is prepared once, by migrations for instance, and then copied for each test: a copy takes some
/// milliseconds, however many steps made the original.
///
/// Keep it in a `static let`; its database is made for the first test that asks for it.
public actor DatabaseTemplate {
    private let prepare: @Sendable (ScratchDatabase) async throws -> Void
    private var making: Task<String, any Error>?

    /// - Parameter prepare: fills the database, and leaves no connection to it open, since Postgres refuses to copy one that
    ///   is in use.
    public init(_ prepare: @escaping @Sendable (ScratchDatabase) async throws -> Void) {
        self.prepare = prepare
    }

    /// The name of the prepared database. Whoever comes while it is being made waits; a failure is everybody's.
    func name(on server: DatabaseServer) async throws -> String {
        if let making { return try await making.value }
        let making = Task { [prepare] in
            let name = DatabaseServer.newName()
            try await server.create(name)
            try await prepare(ScratchDatabase(url: server.url(of: name), name: name))
            return name
        }
        self.making = making
        return try await making.value
    }
}
