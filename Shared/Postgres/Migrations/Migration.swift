/// One step of a schema's history. Once it has been applied anywhere it is never changed; a later one puts it right.
public struct Migration: Sendable, Equatable {
    /// From 1, without gaps.
    public let number: Int
    public let name: String
    /// One or more statements. They run in one transaction with `search_path` set to the schema, so there may be no
    /// BEGIN or COMMIT among them and nothing that cannot be in a transaction (`create index concurrently`).
    public let sql: String

    public init(number: Int, name: String, sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }
}

/// Where a schema stands.
public struct MigrationStatus: Sendable, Equatable {
    /// The number of the last migration in the database; 0 for none. It may be higher than any this program knows.
    public let current: Int
    /// What this program knows and the database has not got.
    public let pending: [Migration]

    public init(current: Int, pending: [Migration]) {
        self.current = current
        self.pending = pending
    }
}

/// The database and the program disagree on the schema's history. Trying again does not help.
public enum MigrationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The program's own list is not numbered 1, 2, 3 and so on.
    case misnumbered(expected: Int, found: Int, name: String)
    /// A migration that has been applied reads differently now.
    case changed(number: Int, name: String, schema: String)
    /// The database misses a migration before its last.
    case gap(missing: Int, schema: String)
    /// The database is ahead of this program.
    case unknown(number: Int, name: String, schema: String)
    /// The migration's text ends the transaction that it runs in.
    case endsTransaction(number: Int, name: String)

    public var description: String {
        switch self {
        case .misnumbered(let expected, let found, let name):
            "migration \(found) (\(name)) stands where \(expected) should: number them 1, 2, 3 … in order"
        case .changed(let number, let name, let schema):
            "migration \(number) (\(name)) of \(schema) was changed after it had been applied: "
                + "restore its text, and put the change into a new migration"
        case .gap(let missing, let schema):
            "\(schema) has later migrations but not \(missing): "
                + "compare \(schema).schema_migration with a backup; nothing is applied until the row is back"
        case .unknown(let number, let name, let schema):
            "\(schema) has migration \(number) (\(name)), which this program does not know: "
                + "migrate with the newer release that made it"
        case .endsTransaction(let number, let name):
            "migration \(number) (\(name)) ends its own transaction: take BEGIN, COMMIT and ROLLBACK out of it, "
                + "and see by hand what of it is in the database"
        }
    }
}
