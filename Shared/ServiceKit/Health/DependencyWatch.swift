import Kafka
import Postgres
import Telemetry

/// Looks every second whether Postgres and Kafka still answer, and makes the replica unready while one does not: nothing is
/// lost meanwhile, but whoever balances load should send it elsewhere, and whoever operates should look.
struct DependencyWatch: Sendable {
    let pool: PostgresPool
    /// Of its own, so that it holds up nobody else.
    let admin: Admin
    let readiness: Readiness
    let log: Logger
    /// After which a server counts as away.
    static let patience: Duration = .seconds(3)

    init(pool: PostgresPool, admin: Admin, readiness: Readiness, log: Logger) {
        self.pool = pool
        self.admin = admin
        self.readiness = readiness
        self.log = log
    }

    /// Until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await watch("Postgres") { await self.postgresTrouble() } }
            group.addTask { await watch("Kafka") { await self.kafkaTrouble() } }
        }
    }

    private func watch(_ name: String, _ trouble: @Sendable () async -> Trouble?) async {
        var absence = Absence(log: log)
        while !Task.isCancelled {
            let found = await trouble()
            if Task.isCancelled { return }
            readiness.setAway(name, found?.advice.description)
            if let found { absence.note(found.advice, found.error) } else { absence.end() }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private typealias Trouble = (advice: Advice, error: any Error)

    private func kafkaTrouble() async -> Trouble? {
        do throws(KafkaError) {
            try await admin.ping()
            return nil
        } catch { return (Advice(error), error) }
    }

    private func postgresTrouble() async -> Trouble? {
        do {
            _ = try await limited(to: Self.patience) { [pool] in
                try await pool.run { session in try session.query(Self.ping).rowCount }
            }
            return nil
        } catch {
            // That its own time ran out tells nothing; why no connection could be made does.
            let cause = pool.connectFailure ?? error as? PostgresError
            return (Advice(cause), cause ?? error)
        }
    }

    private static let ping = Statement("health_ping", "select 1")
}
