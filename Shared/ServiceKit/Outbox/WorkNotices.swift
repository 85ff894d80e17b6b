import Postgres
import Telemetry
import Threads

/// What a commit leaves to be done.
struct Work: Sendable, Equatable {
    /// Where there is something to publish.
    var outbox = ShardSet()
    /// Where a timer is due, or will be before the loop looks by itself.
    var timers = ShardSet()

    mutating func formUnion(_ other: Work) {
        outbox.formUnion(other.outbox)
        timers.formUnion(other.timers)
    }
}

/// Tells other replicas that something was committed, since a shard's rows are often written by one replica and worked on by
/// another.
///
/// By NOTIFY, and rarely: each takes a lock that all of the server's commits pass, and wakes every replica. At most once every
/// few milliseconds where there is work of theirs, and ten times less often where they only may have readers who wait for
/// news. A notice that is lost costs a second, after which every loop looks anyway.
final class WorkNotices: Sendable {
    static let pause = Duration.milliseconds(5)
    static let newsPause = Duration.milliseconds(50)

    let pool: PostgresPool
    /// A connection string of its own for the listener: a connection that listens is not lent.
    let conninfo: String
    /// Services share a database, and channels are the database's: each service has its own.
    let channel: String
    let replica: String
    let leases: ShardLeases
    let log: Logger
    private let wish = Lock(Work())
    private let urgent = WakeSignal()
    private let news = WakeSignal()

    init(pool: PostgresPool, conninfo: String, service: String, replica: String, leases: ShardLeases, log: Logger) {
        self.pool = pool
        self.conninfo = conninfo
        self.replica = replica
        self.leases = leases
        self.log = log
        channel = "\(service)_work"
    }

    /// Wishes for a notice of what was committed; wishes of the same few milliseconds become one. Without other replicas
    /// there is none.
    func send(_ work: Work) {
        guard leases.hasPeers else { return }
        let ours = ShardSet(leases.held)
        let theirs = Work(outbox: work.outbox.subtracting(ours), timers: work.timers.subtracting(ours))
        if theirs == Work() { return news.signal() }
        wish.withLock { $0.formUnion(theirs) }
        urgent.signal()
    }

    /// Sends what is wished for, until the task is cancelled.
    func runSending() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.run(self.urgent, Self.pause) }
            group.addTask { await self.run(self.news, Self.newsPause) }
        }
    }

    private func run(_ signal: WakeSignal, _ pause: Duration) async {
        for await _ in signal.stream {
            let work = wish.withLock { work in
                defer { work = Work() }
                return work
            }
            let notice = WorkNotice(replica: replica, work: work)
            let parameters = Parameters(channel, notice.description)
            _ = try? await pool.run { session in try session.query(Self.notify, parameters).rowCount }
            try? await Task.sleep(for: pause)
        }
    }

    /// Hears other replicas, until the task is cancelled.
    func runListening(onWork: @Sendable (Work) -> Void) async {
        var retries = Retries(first: .milliseconds(100))
        while !Task.isCancelled {
            do {
                let connection = try await PostgresConnection.connect(conninfo, name: "notices")
                for await notification in try await connection.notifications(on: channel) {
                    retries.succeeded()
                    guard let notice = WorkNotice(notification.payload), notice.replica != replica else { continue }
                    onWork(notice.work)
                }
                await connection.close()
            } catch {
                log.debug("notices of other replicas cannot be heard", metadata: [.error: "\(error)"])
            }
            try? await Task.sleep(for: retries.failed())
        }
    }

    func finish() {
        urgent.finish()
        news.finish()
    }

    private static let notify = Statement("work_notify", "select pg_notify($1, $2)")
}

/// A notice on its way: the two sets of shards, and who writes, who need not hear it.
struct WorkNotice: Sendable, Equatable, LosslessStringConvertible {
    let replica: String
    let work: Work

    init(replica: String, work: Work) {
        self.replica = replica
        self.work = work
    }

    var description: String { "\(work.outbox) \(work.timers) \(replica)" }

    init?(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 2).map(String.init)
        guard parts.count == 3, let outbox = ShardSet(parts[0]), let timers = ShardSet(parts[1]) else { return nil }
        self.init(replica: parts[2], work: Work(outbox: outbox, timers: timers))
    }
}
