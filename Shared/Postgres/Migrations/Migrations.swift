import Failpoints

/// A schema's history, and the means to bring a database up to it. Forward only.
public struct Migrations: Sendable {
    public let schema: String
    public let all: [Migration]
    /// How long a migration may wait for a table's lock. While it waits, everybody else waits behind it; better to
    /// fail, with a retryable error, and try again in a quieter moment.
    public var lockTimeout: Duration = .seconds(10)
    /// How long all of a migration may take.
    public var timeLimit: Duration = .seconds(3600)

    public init(schema: String, _ all: [Migration]) {
        self.schema = schema
        self.all = all
    }

    private var table: String { "\(quotedName(schema)).schema_migration" }

    /// Applies what is pending, each in a transaction of its own together with its row in `schema_migration`.
    ///
    /// Two that do so at once take turns. If one fails, those before it stay.
    ///
    /// - Returns: what was applied now.
    /// - Throws: `MigrationError`; `PostgresError`, naming the migration that failed.
    public func apply(in session: inout Session) throws -> [Migration] {
        try checkNumbers()
        let timeout = session.timeout
        session.timeout = timeLimit
        defer { session.timeout = timeout }

        try lock(in: &session)
        do {
            try createTable(in: &session)
            let pending = try compare(history(in: &session), allowsNewer: false).pending
            for migration in pending { try apply(migration, in: &session) }
            try unlock(in: &session)
            return pending
        } catch {
            // If that fails too, the lock goes with the session.
            do { try unlock(in: &session) } catch {}
            throw error
        }
    }

    /// Where the database stands. It needs only to read `schema_migration`.
    ///
    /// A database that is ahead is no error here, since a release runs on the next one's schema.
    public func status(in session: inout Session) throws -> MigrationStatus {
        try checkNumbers()
        return try compare(history(in: &session), allowsNewer: true)
    }

    private func checkNumbers() throws(MigrationError) {
        for (index, migration) in all.enumerated() where migration.number != index + 1 {
            throw .misnumbered(expected: index + 1, found: migration.number, name: migration.name)
        }
    }

    private func apply(_ migration: Migration, in session: inout Session) throws {
        do {
            try session.transaction { session in
                try session.execute("set local search_path to \(quotedName(schema)); set local statement_timeout to 0")
                try session.execute("set local lock_timeout to \(Int64(lockTimeout / .milliseconds(1)))")
                try session.execute(migration.sql)
                Failpoint.migration.pass()
                guard session.isInTransaction else {
                    throw MigrationError.endsTransaction(number: migration.number, name: migration.name)
                }
                _ = try session.query(
                    Statement(
                        once: """
                            insert into \(table) (number, name, checksum)
                            values ($1, $2, sha256(convert_to($3, 'UTF8')))
                            """),
                    Parameters(Int32(migration.number), migration.name, migration.sql))
            }
        } catch let error as PostgresError {
            throw error.naming("migration \(migration.number) (\(migration.name)) of \(schema)")
        }
    }
}
