import Contracts
import Kafka
import Postgres
import Telemetry

/// Follows the topic `muster.clock` and sets the city's time of this process by it.
///
/// Each process reads the whole topic (one partition) as a group of its own, so that all of them step, and that one which is
/// started again need not wait until the group has forgotten the one that was killed.
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
        let topic = topicPrefix + Topic.clock.name
        do {
            let admin = try Admin(kafka)
            let run = EventID.v7(at: MachineClock.now())
            var options = Consumer.Options()
            options.onLog = { [log] in log.write($0) }
            let consumer = try Consumer(
                kafka.merging(["group.id": "\(topicPrefix)clock.\(replica).\(run)"]) { $1 }, topics: [topic],
                options: options)
            await withTaskCancellationHandler {
                await withDiscardingTaskGroup { group in
                    group.addTask { await remind() }
                    await follow(consumer, admin)
                    group.cancelAll()
                }
            } onCancel: {
                Task { await consumer.close() }
            }
        } catch {
            log.critical("the stepped clock cannot be followed", metadata: [.error: "\(error)"])
        }
    }

    private func follow(_ consumer: Consumer, _ admin: Admin) async {
        for await event in consumer.events {
            switch event {
            case .assigned(let partitions):
                var starts: [TopicPartition: Range<Int64>]?
                while starts == nil, !Task.isCancelled {
                    starts = try? await admin.watermarks(partitions)
                    if starts == nil { try? await Task.sleep(for: .milliseconds(100)) }
                }
                // Only the last record counts: a replica that starts late must not live through the day again.
                await consumer.start((starts ?? [:]).mapValues { max($0.lowerBound, $0.upperBound - 1) })
            case .batch(let batch):
                for record in batch.records { set(record) }
                await tell()
                await consumer.finished(batch.partition)
            case .revoked(let partitions): await consumer.released(partitions)
            case .lost: break
            case .failure(let error): log.warning("the stepped clock stutters", metadata: [.error: "\(error)"])
            }
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
