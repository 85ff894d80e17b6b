extension PostgresPool {
    /// What a pool connects to, and its limits.
    public struct Options: Sendable, Equatable, CustomStringConvertible {
        /// A libpq connection string or URI; see `PostgresConnection.Options`.
        public var conninfo: String
        /// In the names of the threads and in messages.
        public var name: String
        /// The most connections at once. Each is a process of the server and a thread of ours, so few are best; more
        /// than the server has cores rarely gain anything.
        public var size: Int
        /// Shown in `pg_stat_activity`.
        public var applicationName: String?
        /// The server ends a statement that runs longer. `nil`: what the server is set to.
        public var statementTimeout: Duration?
        /// The server's own settings for each session, by name; the connection string's win.
        public var sessionSettings: [String: String] = [:]
        /// The longest wait for one host to accept a connection.
        public var connectTimeout: Duration = .seconds(10)
        /// The longest wait for an answer; it costs the session.
        public var answerTimeout: Duration = .seconds(60)
        /// How long `run` waits for a connection before it fails with `noConnectionFree`.
        public var acquireTimeout: Duration = .seconds(10)
        /// How many may wait; the next one fails at once with `noConnectionFree`.
        public var maximumWaiting: Int = 10_000
        /// A connection that nobody has used for so long is closed.
        public var maximumIdle: Duration = .seconds(600)
        /// A connection that is older is closed when it comes back: a server process grows with what it has cached,
        /// and a name may have come to mean another host.
        public var maximumAge: Duration = .seconds(3600)
        /// A connection that has idled for so long is asked for a sign of life before it is lent. One that the server
        /// closed is noticed at once without that; this finds the host that vanished.
        public var checkAfterIdle: Duration = .seconds(30)
        /// How long that sign of life may take.
        public var checkTimeout: Duration = .seconds(2)
        /// The wait between attempts while the server cannot be reached.
        public var backoff = Backoff()

        public init(
            conninfo: String, name: String = "postgres", size: Int = 4, applicationName: String? = nil,
            statementTimeout: Duration? = nil
        ) {
            self.conninfo = conninfo
            self.name = name
            self.size = size
            self.applicationName = applicationName
            self.statementTimeout = statementTimeout
        }

        /// For logs; without the password.
        public var description: String { "\(name): at most \(size) connections to \(connection)" }

        var connection: PostgresConnection.Options {
            var options = PostgresConnection.Options(
                conninfo: conninfo, applicationName: applicationName, statementTimeout: statementTimeout)
            options.sessionSettings = sessionSettings
            options.connectTimeout = connectTimeout
            options.answerTimeout = answerTimeout
            return options
        }

        var stateMachine: PoolStateMachine.Settings {
            PoolStateMachine.Settings(
                size: max(1, size), acquireTimeout: acquireTimeout, maximumWaiting: maximumWaiting,
                maximumIdle: maximumIdle, maximumAge: maximumAge, checkAfterIdle: checkAfterIdle, backoff: backoff)
        }
    }

    /// A look at the pool, for metrics.
    public struct Statistics: Sendable, Equatable {
        /// Connections that work, lent or idle.
        public var open = 0
        public var idle = 0
        /// Connections being made.
        public var connecting = 0
        /// Tasks that wait for a connection.
        public var waiting = 0
        /// Connections that broke, ever.
        public var losses = 0
        /// Connections made in place of one that was lost, ever.
        public var reconnects = 0
        /// Attempts to connect that failed, ever.
        public var failedConnects = 0
        /// Waits that ended without a connection, ever.
        public var refusals = 0

        public init() {}
    }
}
