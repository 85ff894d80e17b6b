import Contracts
import Failpoints
import Kafka
import Postgres
import Telemetry

/// Publishes what the outbox holds: in order per key, and deletes a row once all its messages are acknowledged.
///
/// A relay that dies between the two sends again: readers know an event by its id and a case's event by its sequence
/// number. Nothing rests on ids being committed in order; whatever is there is unsent.
struct Relay: Sendable {
    let pool: PostgresPool
    let producer: Producer
    let leases: ShardLeases
    let topicPrefix: String
    let log: Logger
    let metrics: RelayMetrics
    /// Of rows read at once.
    let rowLimit: Int32 = 200

    /// Until the task is cancelled. `wakes` says that there is something new; once a second it looks anyway, should a
    /// writer have died right after its commit.
    func run(wakes: AsyncStream<Void>) async {
        var retries = Retries()
        for await _ in wakes {
            var isDrained = false
            while !isDrained, !Task.isCancelled {
                do {
                    isDrained = try await publishSome() == 0
                    retries.succeeded()
                } catch {
                    metrics.failures.increment()
                    log.warning("the outbox could not be published yet", metadata: [.error: "\(error)"])
                    try? await Task.sleep(for: retries.failed())
                }
            }
        }
    }

    /// Publishes the oldest rows of the shards that this replica holds.
    ///
    /// - Returns: the number of rows that are done.
    func publishSome() async throws -> Int {
        try await leases.work { shards in try await publishSome(of: shards) }
    }

    private func publishSome(of shards: [Int16]) async throws -> Int {
        if shards.isEmpty { return 0 }
        let rows = try await pool.run { session in
            try session.query(Self.oldest, Parameters(shards, rowLimit)).rows(
                as: Int64.self, Bytes.self, Timestamp.self)
        }
        if rows.isEmpty { return 0 }
        InFlight.outbox.began()
        defer { InFlight.outbox.ended() }
        let messages = try rows.flatMap { try OutboxRow.unpack($0.1.bytes) }
        let isMarkedFirst = Guard.marksAfterSend.isOff
        if isMarkedFirst {
            try await forget(rows.map(\.0), messages)
            try Failpoint.sentUnmarked.passOrFail()
        }
        // In one call and in the order of ids: an idempotent producer keeps that order in each partition.
        try await producer.send(
            messages.map { message in
                OutgoingRecord(
                    topic: topicPrefix + message.topic, key: message.key, value: message.value,
                    headers: message.headers.map { Header($0.name, $0.value) })
            })
        if !isMarkedFirst {
            try Failpoint.sentUnmarked.passOrFail()
            try await forget(rows.map(\.0), messages)
        }
        metrics.published.increment(by: UInt64(messages.count))
        if let oldest = rows.first?.2 {
            metrics.age.observe(MachineClock.now() - Instant(oldest))
        }
        return rows.count
    }

    private func forget(_ ids: [Int64], _ messages: [OutboxMessage]) async throws {
        let byTopic = Dictionary(grouping: messages, by: \.topic).mapValues { Int64($0.count) }.sorted {
            $0.key < $1.key
        }
        try await pool.run { session in
            _ = try session.query(
                Self.forget, Parameters(ids, byTopic.map(\.key), byTopic.map(\.value))
            ).rowCount
        }
    }

    /// Plan: the primary key in order, up to the limit; rows live for milliseconds, so that the table stays small.
    static let oldest = Statement(
        "outbox_oldest",
        "select id, messages, created_at from outbox where shard = any($1) order by id limit $2")

    /// Counts only what this call deletes: of two relays that published the same row one finds it gone.
    static let forget = Statement(
        "outbox_forget",
        """
        with gone as (
            delete from outbox where id = any($1) returning 1
        )
        insert into published_count as old (topic, messages)
        select topic, messages from unnest($2::text[], $3::int8[]) as new (topic, messages)
        where (select count(*) from gone) = cardinality($1)
        order by topic
        on conflict (topic) do update set messages = old.messages + excluded.messages
        """)
}
