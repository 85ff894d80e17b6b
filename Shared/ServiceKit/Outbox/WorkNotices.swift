import Postgres
import Telemetry

/// Tells other replicas that there is new work in the outbox or among the timers, since a shard's rows are often written by
/// one replica and worked on by another.
///
/// By NOTIFY, at most once every few milliseconds: each takes a lock that all of the server's commits pass. A notice that is
/// lost costs a second, after which every loop looks anyway.
struct WorkNotices: Sendable {
    private static let pause = Duration.milliseconds(5)

    let pool: PostgresPool
    /// A connection string of its own for the listener: a connection that listens is not lent.
    let conninfo: String
    /// Services share a database, and channels are the database's: each service has its own.
    let channel: String
    let leases: ShardLeases
    let log: Logger
    private let wishes = WakeSignal()

    init(pool: PostgresPool, conninfo: String, service: String, leases: ShardLeases, log: Logger) {
        self.pool = pool
        self.conninfo = conninfo
        channel = "\(service)_work"
        self.leases = leases
        self.log = log
    }

    /// Wishes for a notice; wishes of the same few milliseconds become one. Without other replicas there is none.
    func send() {
        if leases.hasPeers { wishes.signal() }
    }

    /// Sends what is wished for, until the task is cancelled.
    func runSending() async {
        for await _ in wishes.stream {
            let parameters = Parameters(channel)
            _ = try? await pool.run { session in try session.query(Self.notify, parameters).rowCount }
            try? await Task.sleep(for: Self.pause)
        }
    }

    /// Hears other replicas, until the task is cancelled.
    func runListening(onWork: @Sendable () -> Void) async {
        var retries = Retries(first: .milliseconds(100))
        while !Task.isCancelled {
            do {
                let connection = try await PostgresConnection.connect(conninfo, name: "notices")
                for await _ in try await connection.notifications(on: channel) {
                    retries.succeeded()
                    onWork()
                }
                await connection.close()
            } catch {
                log.debug("notices of other replicas cannot be heard", metadata: [.error: "\(error)"])
            }
            try? await Task.sleep(for: retries.failed())
        }
    }

    func finish() { wishes.finish() }

    private static let notify = Statement("work_notify", "select pg_notify($1, '')")
}
