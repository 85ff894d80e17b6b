import Contracts
import Kafka
import Postgres
import Telemetry

/// Follows the topic `muster.clock` and sets the city's time of this process by it.
///
/// Each process reads the whole topic (one partition) by itself, without a group: all of them step, nobody waits until a group
/// has forgotten a member that was killed, and a broker that has just been made need not make its topic of groups' offsets first.
struct ClockFollower: Sendable {
    let kafka: [String: String]
    let topicPrefix: String
    let replica: String
    let clock: CityClock
    /// Tells the database how far this replica has stepped: see `replica.city_time`.
    let pool: PostgresPool
    let onStep: @Sendable () -> Void
    let log: Logger

    /// Until the task is cancelled.
    func run() async {
        guard clock.isStepped else { return }
        await withDiscardingTaskGroup { group in
            group.addTask { await remind() }
            while !Task.isCancelled {
                do { try await follow() } catch {
                    if Task.isCancelled { break }
                    log.warning("the stepped clock stutters", metadata: [.error: "\(error)"])
                }
                try? await Task.sleep(for: .milliseconds(200))
            }
            group.cancelAll()
        }
    }

    /// Reads from the last record on, for ever: only that one counts, and a replica that starts late must not live through
    /// the day again.
    private func follow() async throws {
        let partition = TopicPartition(topicPrefix + Topic.clock.name, 0)
        guard let known = try await Admin(kafka).watermarks([partition])[partition] else { return }
        let start = max(known.lowerBound, known.upperBound - 1)
        // librdkafka's own lines come from the service's other clients already.
        let settings = kafka.merging(["log_level": "2"]) { $1 }
        for try await records in RecordReader.endless(settings, from: [partition: start]) {
            for record in records { set(record) }
            await tell()
        }
    }

    private func tell() async {
        let parameters = Parameters(replica, Timestamp(clock.now()))
        _ = try? await pool.run { session in try session.query(Self.stepped, parameters).rowCount }
    }

    /// Says it again where it got lost: the database was away, or a peer took this replica for dead and forgot it.
    private func remind() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            guard clock.isSet, !Task.isCancelled else { continue }
            let parameters = Parameters(replica, Timestamp(clock.now()))
            _ = try? await pool.run { session in try session.query(Self.reminded, parameters).rowCount }
        }
    }

    /// Of a replica that has stopped there is no row, and none is made.
    private static let reminded = Statement(
        "clock_reminded",
        "update replica set city_time = $2 where id = $1 and city_time is distinct from $2")

    private static let stepped = Statement(
        "clock_stepped",
        """
        insert into replica (id, seen_at, city_time) values ($1, clock_timestamp(), $2)
        on conflict (id) do update set city_time = excluded.city_time
        """)

    private func set(_ record: Record) {
        guard let raw = try? CloudEvents.read(header: { record.header($0) }, value: record.value),
            let event = try? EventJSON.payload(ClockSet.self, from: raw.data)
        else { return }
        clock.set(event.now)
        onStep()
    }
}
