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
            let consumer = try Consumer(
                kafka.merging(["group.id": "\(topicPrefix)clock.\(replica).\(run)"]) { $1 }, topics: [topic])
            await withTaskCancellationHandler {
                await follow(consumer, admin)
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
