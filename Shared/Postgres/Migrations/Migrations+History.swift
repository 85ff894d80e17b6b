/// What the database says has been applied.
extension Migrations {
    struct Applied: Equatable {
        let number: Int
        let name: String
        /// Whether the text it was applied from is the one this program has; `nil` if it has none.
        let isUnchanged: Bool?
    }

    func history(in session: inout Session) throws(PostgresError) -> [Applied] {
        let exists = try session.query(
            Statement(once: "select to_regclass($1) is not null"),
            Parameters("\(quotedName(schema)).schema_migration")
        ).value(Bool.self, row: 0, column: 0)
        guard exists else { return [] }
        // Postgres has SHA-256 itself, and both sides of the comparison come from the same function.
        let rows = try session.query(
            Statement(
                once: """
                    select number, name, checksum = sha256(convert_to(known.sql, 'UTF8'))
                    from \(quotedName(schema)).schema_migration
                    left join unnest($1::int4[], $2::text[]) as known (number, sql) using (number)
                    order by number
                    """),
            Parameters(all.map { Int32($0.number) }, all.map(\.sql))
        ).rows(as: Int32.self, String.self, Bool?.self)
        return rows.map { Applied(number: Int($0.0), name: $0.1, isUnchanged: $0.2) }
    }

    /// What is pending, or why nothing may be applied.
    func compare(_ history: [Applied], allowsNewer: Bool) throws(MigrationError) -> MigrationStatus {
        for (index, applied) in history.enumerated() {
            guard applied.number == index + 1 else { throw .gap(missing: index + 1, schema: schema) }
            switch applied.isUnchanged {
            case true: continue
            case false: throw .changed(number: applied.number, name: applied.name, schema: schema)
            default:
                guard allowsNewer else {
                    throw .unknown(number: applied.number, name: applied.name, schema: schema)
                }
            }
        }
        return MigrationStatus(current: history.count, pending: Array(all.dropFirst(history.count)))
    }

    func createTable(in session: inout Session) throws(PostgresError) {
        // CREATE SCHEMA IF NOT EXISTS wants the right to create one even where it does exist.
        let exists = try session.query(
            Statement(once: "select exists (select from pg_namespace where nspname = $1)"), Parameters(schema)
        ).value(Bool.self, row: 0, column: 0)
        if !exists { try session.execute("create schema \(quotedName(schema))") }
        try session.execute(
            """
            create table if not exists \(quotedName(schema)).schema_migration (
                number int4 primary key,
                name text not null,
                checksum bytea not null,
                applied_at timestamptz not null default now()
            )
            """)
    }

    func lock(in session: inout Session) throws(PostgresError) {
        try session.execute("select pg_advisory_lock(\(lockKey))")
    }

    /// Also after a cancellation: a session that went back to its pool with the lock would keep all others waiting.
    func unlock(in session: inout Session) throws(PostgresError) {
        try session.executeUnchecked("select pg_advisory_unlock(\(lockKey))")
    }

    private var lockKey: String {
        "hashtextextended('schema_migration of \(schema.replacing("'", with: "''"))', 0)"
    }
}
