extension PostgresConnection {
    /// How to connect, and the limits of a session.
    public struct Options: Sendable, Equatable, CustomStringConvertible {
        /// A libpq connection string or URI. Everything libpq knows may be in it: `sslmode=verify-full`, several
        /// hosts, `target_session_attrs`, `passfile`. What it says overrides the limits of TCP that we set.
        public var conninfo: String
        /// Shown in `pg_stat_activity`; the connection string's own wins.
        public var applicationName: String?
        /// The server ends a statement that runs longer (`statement_timeout`). `nil`: what the server is set to.
        public var statementTimeout: Duration?
        /// The server's own settings for the session, by name; the connection string's win.
        public var sessionSettings: [String: String] = [:]
        /// The longest wait for one host to accept the connection (in whole seconds, at least 2: libpq's rule).
        public var connectTimeout: Duration = .seconds(10)
        /// The longest wait for an answer. It must be longer than `statementTimeout`, since it costs the session.
        public var answerTimeout: Duration = .seconds(60)

        public init(conninfo: String, applicationName: String? = nil, statementTimeout: Duration? = nil) {
            self.conninfo = conninfo
            self.applicationName = applicationName
            self.statementTimeout = statementTimeout
        }

        /// Where the connection leads, for logs; without the password.
        public var description: String {
            do throws(PostgresError) { return try ConnectionString(conninfo).description } catch { return "unreadable" }
        }

        /// The settings in libpq's order: later ones override, and `dbname` is expanded where it stands.
        func settings() throws(PostgresError) -> [(keyword: String, value: String)] {
            let string = try ConnectionString(conninfo)
            // A host that vanishes without a word is noticed within half a minute, also by PQcancel, which has no
            // time limit of its own.
            var settings: [(keyword: String, value: String)] = [
                ("connect_timeout", "\(max(2, connectTimeout.components.seconds))"),
                ("keepalives", "1"), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
                ("keepalives_count", "3"), ("tcp_user_timeout", "25000"),
                ("application_name", applicationName ?? ""),
                ("dbname", conninfo),
                // Text in another encoding would not be what `String` takes it for.
                ("client_encoding", "UTF8"),
            ]
            var options = sessionSettings.sorted { $0.key < $1.key }.map { "-c \($0.key)=\($0.value)" }
            if let own = string["options"] { options.append(own) }
            if let statementTimeout {
                options.append("-c statement_timeout=\(max(1, Int64(statementTimeout / .milliseconds(1))))")
            }
            if !options.isEmpty { settings.append(("options", options.joined(separator: " "))) }
            return settings
        }
    }
}
