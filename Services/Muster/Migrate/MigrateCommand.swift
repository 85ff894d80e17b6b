import Arguments
import Contracts
import FoundationEssentials
import Postgres
import Schemas

/// `muster migrate`: makes each service's roles and schema. Services never migrate; they check and wait.
enum MigrateCommand {
    static let command = Command(
        "migrate", about: "bring every service's schema up to this version",
        discussion: """
            For each service it makes an owner role (which may change the schema and cannot log in) and a runtime role
            muster_<service> (which may read and write its own schema alone). The runtime role's password is taken from
            MUSTER_<SERVICE>_PASSWORD or MUSTER_<SERVICE>_PASSWORD_FILE; without either it is left as it is.
            """,
        options: [Connection.postgres]
    ) { values in
        let database = try await Connection.database(values)
        for service in ServiceName.allCases {
            let password = try password(of: service)
            let applied = try await database.run { session in
                try makeRoles(of: service, password: password, in: &session)
                try session.execute("set role muster_\(service.rawValue)_owner")
                let applied = try Schemas.migrations(of: service).apply(in: &session)
                try session.execute("reset role")
                try session.execute(grants(of: service))
                return applied.map(\.name)
            }
            let what = applied.isEmpty ? "up to date" : "applied " + applied.joined(separator: ", ")
            say("\(service.rawValue): \(what)")
        }
        await database.close()
    }

    /// Roles belong to the whole server: another database's migration may be changing the same one, which Postgres
    /// answers by "tuple concurrently updated" (XX000).
    private static func makeRoles(
        of service: ServiceName, password: String?, in session: inout Session
    ) throws(PostgresError) {
        var triesLeft = 20
        while true {
            do { return try session.execute(roles(of: service, password: password)) } catch {
                triesLeft -= 1
                guard error.sqlState == SQLState("XX000"), triesLeft > 0 else { throw error }
            }
        }
    }

    private static func password(of service: ServiceName) throws -> String? {
        let name = "MUSTER_\(service.rawValue.uppercased())_PASSWORD"
        let environment = ProcessInfo.processInfo.environment
        if let password = environment[name] { return password }
        guard let path = environment[name + "_FILE"] else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandError(
                .failure, "the file of \(name)_FILE cannot be read", remedy: "check its path and its mode")
        }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").first.map(String.init)
    }

    private static func roles(of service: ServiceName, password: String?) -> String {
        let name = service.rawValue
        let secret = password.map { "alter role muster_\(name) password '\($0.replacing("'", with: "''"))';" } ?? ""
        return """
            do $$ begin
                if not exists (select from pg_roles where rolname = 'muster_\(name)_owner') then
                    create role muster_\(name)_owner nologin;
                end if;
                if not exists (select from pg_roles where rolname = 'muster_\(name)') then
                    create role muster_\(name) login;
                end if;
                if not exists (select from pg_roles where rolname = 'muster_reader') then
                    create role muster_reader nologin;
                end if;
            end $$;
            grant muster_\(name)_owner to current_user;
            create schema if not exists \(name) authorization muster_\(name)_owner;
            revoke all on schema public from public;
            alter role muster_\(name) set search_path = \(name);
            \(secret)
            """
    }

    /// The runtime role reads and writes rows and calls functions; whoever reconciles may read.
    private static func grants(of service: ServiceName) -> String {
        let name = service.rawValue
        return """
            grant usage on schema \(name) to muster_\(name), muster_reader;
            grant select, insert, update, delete on all tables in schema \(name) to muster_\(name);
            grant usage on all sequences in schema \(name) to muster_\(name);
            grant select on all tables in schema \(name) to muster_reader;
            revoke insert, update, delete on \(name).schema_migration from muster_\(name);
            """
    }
}
