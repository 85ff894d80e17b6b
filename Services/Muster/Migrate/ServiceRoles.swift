import Contracts

/// The roles of a service in a database. Roles belong to the whole server, so that they bear the database's name: two
/// deployments on one server don't meet.
struct ServiceRoles: Sendable {
    private let database: String
    private let service: ServiceName

    init(database: String, service: ServiceName) {
        self.database = database
        self.service = service
    }

    /// Owns the schema and cannot log in.
    var owner: String { quoted("\(database)_\(service.rawValue)_owner") }
    /// What the service runs as.
    private var runtime: String { quoted("\(database)_\(service.rawValue)") }
    /// Reads everything: for `muster reconcile` and `muster day`.
    private var reader: String { quoted("\(database)_reader") }

    private func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
    private func literal(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

    /// Makes the roles that are missing, and the schema.
    func creation(password: String?) -> String {
        let made = [(owner, "nologin"), (runtime, "login"), (reader, "nologin")].map { role, kind in
            """
            do $$ begin create role \(role) \(kind); exception when duplicate_object then null; end $$;
            """
        }
        let secret = password.map { "alter role \(runtime) password \(literal($0));" } ?? ""
        return made.joined(separator: "\n") + """

            grant \(owner) to current_user;
            create schema if not exists \(service.rawValue) authorization \(owner);
            revoke all on schema public from public;
            alter role \(runtime) set search_path = \(service.rawValue);
            \(secret)
            """
    }

    /// The runtime role reads and writes rows and calls functions of its own schema; whoever reconciles may read.
    var grants: String {
        let schema = service.rawValue
        return """
            grant usage on schema \(schema) to \(runtime), \(reader);
            grant select, insert, update, delete on all tables in schema \(schema) to \(runtime);
            grant usage on all sequences in schema \(schema) to \(runtime);
            revoke execute on all functions in schema \(schema) from public;
            grant execute on all functions in schema \(schema) to \(runtime);
            grant select on all tables in schema \(schema) to \(reader);
            revoke insert, update, delete on \(schema).schema_migration from \(runtime);
            """
    }
}
