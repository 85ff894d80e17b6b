import Contracts
import Failpoints
import Postgres
import Telemetry
import Threads

/// Divides the 64 shards of outbox and timers among the replicas of a service.
///
/// A lease is good until the database's clock passes `expires_at`; this replica trusts it for less, counted on its own
/// monotonic clock from before the request was sent. A lease decides who works, so that replicas don't trip over each
/// other; that nothing happens twice rests on expectations and sequence numbers, since a replica may sleep through the
/// end of its trust.
final class ShardLeases: Sendable {
    private struct State {
        var shards: Set<Int16> = []
        /// How often each is being worked on.
        var inHand: [Int16: Int] = [:]
        var trustedUntil = ContinuousClock.now
        var replicas = 1
    }

    private let pool: PostgresPool
    private let replica: String
    private let timeToLive: Duration
    private let log: Logger
    private let state = Lock(State())

    /// - Parameter timeToLive: how long a dead replica's shards lie idle at most.
    init(pool: PostgresPool, replica: String, timeToLive: Duration = .seconds(5), log: Logger) {
        self.pool = pool
        self.replica = replica
        self.timeToLive = timeToLive
        self.log = log
    }

    /// The shards that this replica may work on now; empty when it cannot be sure.
    var held: [Int16] { state.withLock { held($0) } }

    private func held(_ state: State) -> [Int16] {
        if Guard.lease.isOff { return Array(0..<64) }
        return ContinuousClock.now < state.trustedUntil ? state.shards.sorted() : []
    }

    /// Works on the shards that this replica may work on now. None of them is handed over meanwhile: another replica would
    /// find what is done and not yet marked, and do it again.
    func work<Value>(_ body: (_ shards: [Int16]) async throws -> Value) async rethrows -> Value {
        let shards = state.withLock { state in
            let shards = held(state)
            for shard in shards { state.inHand[shard, default: 0] += 1 }
            return shards
        }
        defer {
            state.withLock { state in
                for shard in shards {
                    let left = state.inHand[shard, default: 1] - 1
                    state.inHand[shard] = left > 0 ? left : nil
                }
            }
        }
        return try await body(shards)
    }

    /// Whether these are still the ones that this replica may work on, no fewer and no more.
    func keeps(_ shards: [Int16]) -> Bool { held == shards }

    /// Whether other replicas are alive, which then need to be told of new work.
    var hasPeers: Bool { state.withLock { $0.replicas > 1 } }

    /// Renews and balances until the task is cancelled.
    func run(onChange: @Sendable () -> Void) async {
        while !Task.isCancelled {
            do { if try await renew() { onChange() } } catch {
                log.warning("leases could not be renewed", metadata: [.error: "\(error)"])
            }
            try? await Task.sleep(for: timeToLive / 4)
        }
    }

    /// - Returns: whether the set of shards changed.
    @discardableResult
    func renew() async throws -> Bool {
        let started = ContinuousClock.now
        let parameters = Parameters(replica, timeToLive.wholeMilliseconds)
        let (leases, replicas) = try await pool.run { session in
            let replicas = try session.query(Self.heartbeat, parameters).value(Int64.self, row: 0, column: 0)
            let leases = try session.query(Self.balance, Parameters(replica, timeToLive.wholeMilliseconds, replicas))
                .rows(as: Int16.self, Bool.self)
            return (leases, Int(replicas))
        }
        let shards = Set(leases.filter { _, isOver in !isOver }.map(\.0))
        let (isNew, idle) = state.withLock { state in
            let isNew = state.shards != shards
            state.shards = shards
            state.trustedUntil = started + timeToLive * 3 / 4
            state.replicas = replicas
            return (isNew, leases.filter { shard, isOver in isOver && state.inHand[shard] == nil }.map(\.0))
        }
        // Nobody begins to work on these any more; what is in hand yet is handed over at a later renewal.
        if !idle.isEmpty { try await handOver(idle) }
        return isNew
    }

    private func handOver(_ shards: [Int16]) async throws {
        _ = try await pool.run { session in
            try session.query(Self.release, Parameters(replica, shards)).rowCount
        }
    }

    /// Leaves all shards to the other replicas, once nothing here works on any; they would lie idle for as long as leases
    /// last otherwise.
    ///
    /// Not from a task that is cancelled: its statements fail.
    func giveBack() async {
        state.withLock { state in
            state.shards = []
            state.replicas = 1
        }
        do {
            _ = try await pool.run { session in try session.query(Self.releaseAll, Parameters(replica)).rowCount }
        } catch {
            log.warning("leases could not be given back: they end by themselves", metadata: [.error: "\(error)"])
        }
    }

    /// Says that this replica lives, forgets those that don't, and counts.
    private static let heartbeat = Statement(
        "lease_heartbeat",
        """
        with alive as (
            insert into replica (id, seen_at) values ($1, clock_timestamp())
            on conflict (id) do update set seen_at = excluded.seen_at
        ), gone as (
            delete from replica where id <> $1 and seen_at < clock_timestamp() - $2 * interval '2 milliseconds'
        )
        select count(*) filter (where id <> $1 and seen_at >= clock_timestamp() - $2 * interval '2 milliseconds') + 1
        from replica
        """)

    /// Keeps what this replica has, saying what is over a fair share, and takes what is free.
    ///
    /// Only free or expired leases are taken, `skip locked`, so that replicas that balance at once don't wait for each
    /// other; the epoch rises with each change of hands.
    private static let balance = Statement(
        "lease_balance",
        """
        with share as (
            select ceil(64.0 / $3)::int as size
        ), mine as (
            select shard, row_number() over (order by shard) as number from shard_lease
            where owner = $1
        ), free as (
            select shard from shard_lease
            where owner is null or (owner <> $1 and expires_at < clock_timestamp())
            order by shard
            limit greatest(0, (select size from share) - (select count(*) from mine))
            for update skip locked
        ), changed as (
            update shard_lease set
                owner = $1,
                epoch = shard_lease.epoch + case when shard_lease.owner = $1 then 0 else 1 end,
                expires_at = clock_timestamp() + $2 * interval '1 millisecond'
            from (select shard, number from mine union all select shard, 0 from free) as mine
            where shard_lease.shard = mine.shard
            returning shard_lease.shard, mine.number
        )
        select shard, number > (select size from share) from changed
        """)

    private static let release = Statement(
        "lease_hand_over",
        """
        update shard_lease set owner = null, expires_at = '-infinity' where owner = $1 and shard = any($2)
        """)

    private static let releaseAll = Statement(
        "lease_release",
        """
        with gone as (delete from replica where id = $1)
        update shard_lease set owner = null, expires_at = '-infinity' where owner = $1
        """)
}
