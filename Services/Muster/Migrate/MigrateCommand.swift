import Arguments
import Contracts
import Postgres
import Schemas

/// `muster migrate`: makes each service's roles and schema. Services never migrate; they check and wait.
enum MigrateCommand {
    static let json = Option.flag("json", about: "print JSON: by service, the migrations that were applied")

    static let command = Command(
        "migrate", about: "bring every service's schema up to this version",
        discussion: """
            For each service it makes an owner role (which may change the schema and cannot log in) and a runtime role
            <database>_<service> (which may read and write its own schema alone): muster_intake in a database called
            muster. The runtime role's password is taken from MUSTER_<SERVICE>_PASSWORD or MUSTER_<SERVICE>_PASSWORD_FILE;
            without either it is left as it is.
            """,
        options: [Connection.postgres, json]
    ) { values in
        let database = try await Connection.database(values)
        let name = try await database.run { session in
            try session.query(Statement("database_name", "select current_database()::text"))
                .value(String.self, row: 0, column: 0)
        }
        var made: [String: [String]] = [:]
        for service in ServiceName.allCases {
            let password = Environment.withFiles["MUSTER_\(service.rawValue.uppercased())_PASSWORD"]
            let roles = ServiceRoles(database: name, service: service)
            let applied = try await database.run { session in
                try makeRoles(roles, password: password, in: &session)
                try session.execute("set role \(roles.owner)")
                let applied = try Schemas.migrations(of: service).apply(in: &session)
                try session.execute("reset role")
                try session.execute(roles.grants)
                return applied.map(\.name)
            }
            made[service.rawValue] = applied
            if values[json] { continue }
            let what = applied.isEmpty ? "up to date" : "applied " + applied.joined(separator: ", ")
            say("\(service.rawValue): \(what)")
        }
        await database.close()
        if values[json] { say(String(decoding: try EventJSON.encode(made), as: UTF8.self)) }
    }

    /// Roles belong to the whole server: another database's migration may be changing the same one, which Postgres
    /// answers by "tuple concurrently updated" (XX000).
    private static func makeRoles(
        _ roles: ServiceRoles, password: String?, in session: inout Session
    ) throws(PostgresError) {
        var triesLeft = 20
        while true {
            do { return try session.execute(roles.creation(password: password)) } catch {
                triesLeft -= 1
                guard error.sqlState == SQLState("XX000"), triesLeft > 0 else { throw error }
            }
        }
    }
}
