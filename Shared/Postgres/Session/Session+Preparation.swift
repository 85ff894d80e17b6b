import CLibpq

/// What a session has prepared, and for which types of parameters.
struct PreparedStatements {
    private struct Preparation {
        let sql: String
        let types: [UInt32]
    }

    private var byName: [String: Preparation] = [:]
    /// The schema has changed under a prepared statement. All are dropped before the next is used.
    private(set) var areStale = false

    /// Whether the statement is prepared already.
    ///
    /// - Throws: `misuse` if the name stands for another text or other types, since the server would run the text it
    ///   knows and read the bytes as the types it knows.
    func contains(_ statement: Statement, _ parameters: Parameters) throws(PostgresError) -> Bool {
        // The server would cut a longer name, and take two that begin alike for one.
        guard statement.name.utf8.count < 64 else {
            throw PostgresError(.misuse, "\(statement.name) is longer than the 63 bytes of a statement's name")
        }
        guard let known = byName[statement.name] else { return false }
        guard known.sql == statement.sql else {
            throw PostgresError(.misuse, "two statements are named \(statement.name): give one another name")
        }
        guard known.types == parameters.types else {
            throw PostgresError(
                .misuse, "\(statement.name) was prepared for types \(known.types), not \(parameters.types)")
        }
        return true
    }

    mutating func insert(_ statement: Statement, _ parameters: Parameters) {
        byName[statement.name] = Preparation(sql: statement.sql, types: parameters.types)
    }

    mutating func becomeStale() { areStale = true }

    mutating func removeAll() { self = PreparedStatements() }
}

extension Session {
    mutating func prepare(_ statement: Statement, _ parameters: Parameters) throws(PostgresError) {
        try checkUsable()
        guard statement.isPrepared else { return }
        if prepared.areStale {
            try execute("deallocate all")
            prepared.removeAll()
        }
        if try prepared.contains(statement, parameters) { return }
        try check(
            unsafe PQsendPrepare(
                connection, statement.name, statement.sql, Int32(parameters.types.count), parameters.types))
        _ = try finalResult()
        prepared.insert(statement, parameters)
    }

    func send(_ statement: Statement, _ parameters: Parameters) throws(PostgresError) {
        try check(
            unsafe parameters.withArguments { arguments in
                guard statement.isPrepared else {
                    return unsafe PQsendQueryParams(
                        connection, statement.sql, arguments.count, parameters.types, arguments.values,
                        arguments.lengths, arguments.formats, Parameters.binaryFormat)
                }
                return unsafe PQsendQueryPrepared(
                    connection, statement.name, arguments.count, arguments.values, arguments.lengths,
                    arguments.formats, Parameters.binaryFormat)
            })
    }

    /// Remembers what an error says of the prepared statements, and gives it their name.
    mutating func note(_ error: PostgresError, in statement: Statement, at index: Int? = nil) -> PostgresError {
        if error.isStalePlan { prepared.becomeStale() }
        return error.naming(statement.isPrepared ? statement.name : nil, at: index)
    }
}
