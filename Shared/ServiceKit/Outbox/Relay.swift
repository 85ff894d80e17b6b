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
                    isDrained = try await publish().isDrained
                    retries.succeeded()
                } catch {
                    metrics.failures.increment()
                    log.warning("the outbox could not be published yet", metadata: [.error: "\(error)"])
                    try? await Task.sleep(for: retries.failed())
                }
            }
        }
    }

    /// Publishes what the shards hold that are this replica's, the oldest rows first, until nothing is left or another
    /// replica is to have some of them.
    @discardableResult
    func publish() async throws -> Outcome {
        try await leases.work { shards in
            var outcome = Outcome()
            var pass = try await next(after: Pass(), shards)
            while !pass.ids.isEmpty {
                try await send(pass)
                outcome.rows += pass.ids.count
                outcome.isDrained = leases.keeps(shards)
                pass = try await next(after: pass, outcome.isDrained ? shards : [])
            }
            return outcome
        }
    }

    struct Outcome: Equatable {
        /// That are done.
        var rows = 0
        /// The last look found nothing in any shard that was this replica's then. Whoever writes more wakes the relay again.
        var isDrained = true
    }

    /// Some rows, and what they hold.
    private struct Pass {
        var ids: [Int64] = []
        var messages: [OutboxMessage] = []
        var oldest: Timestamp?
    }

    /// Forgets a pass that is published and reads the next one, in one transaction.
    private func next(after done: Pass, _ shards: [Int16]) async throws -> Pass {
        let isForgotten = Guard.marksAfterSend.isOff
        let requests = isForgotten ? [] : forgetting(done)
        if requests.isEmpty, shards.isEmpty { return Pass() }
        let all = requests + [Request(Self.oldest, Parameters(shards, rowLimit))]
        let rows = try await pool.run(plans: .kept) { session in
            var rows: [(Int64, Bytes, Timestamp)] = []
            try session.pipeline(all) { index, result throws(PostgresError) in
                if index == all.count - 1 { rows = try result.rows(as: Int64.self, Bytes.self, Timestamp.self) }
            }
            return rows
        }
        let pass = Pass(
            ids: rows.map(\.0), messages: try rows.flatMap { try OutboxRow.unpack($0.1.bytes) }, oldest: rows.first?.2)
        if isForgotten, !pass.ids.isEmpty {
            let requests = forgetting(pass)
            try await pool.run { session in try session.pipeline(requests) { _, _ in } }
            try Failpoint.sentUnmarked.passOrFail()
        }
        return pass
    }

    private func send(_ pass: Pass) async throws {
        InFlight.outbox.began()
        defer { InFlight.outbox.ended() }
        // In one call and in the order of ids: an idempotent producer keeps that order in each partition.
        try await producer.send(
            pass.messages.map { message in
                OutgoingRecord(
                    topic: topicPrefix + message.topic, key: message.key, value: message.value,
                    headers: message.headers)
            })
        if !Guard.marksAfterSend.isOff { try Failpoint.sentUnmarked.passOrFail() }
        metrics.published.increment(by: UInt64(pass.messages.count))
        if let oldest = pass.oldest { metrics.age.observe(MachineClock.now() - Instant(oldest)) }
    }

    private func forgetting(_ pass: Pass) -> [Request] {
        if pass.ids.isEmpty { return [] }
        let byTopic = pass.messages.reduce(into: [String: Int64]()) { $0[$1.topic, default: 0] += 1 }.sorted {
            $0.key < $1.key
        }
        // A server that forgets this has the rows again, and they are sent again.
        return [
            .unhurried,
            Request(Self.forget, Parameters(pass.ids, byTopic.map(\.key), byTopic.map(\.value))),
        ]
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
