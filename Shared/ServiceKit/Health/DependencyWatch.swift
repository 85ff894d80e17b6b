import Kafka
import Postgres

/// Looks every second whether Postgres and Kafka still answer, and makes the replica unready while one does not: nothing is
/// lost meanwhile, but whoever balances load should send it elsewhere, and whoever operates should look.
struct DependencyWatch: Sendable {
    let pool: PostgresPool
    /// Of its own, so that it holds up nobody else.
    let admin: Admin
    let readiness: Readiness
    /// After which Postgres counts as away. Kafka's own time-outs say when a broker is.
    let patience: Duration

    init(pool: PostgresPool, admin: Admin, readiness: Readiness, patience: Duration = .seconds(3)) {
        self.pool = pool
        self.admin = admin
        self.readiness = readiness
        self.patience = patience
    }

    /// Until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                await watch("Postgres", "see MUSTER_POSTGRES_URL") { await self.postgresAnswers() }
            }
            group.addTask {
                await watch("Kafka", "see MUSTER_KAFKA_BOOTSTRAP") { (try? await self.admin.ping()) != nil }
            }
        }
    }

    private func watch(_ name: String, _ remedy: String, _ answers: @Sendable () async -> Bool) async {
        while !Task.isCancelled {
            let isThere = await answers()
            if Task.isCancelled { return }
            readiness.setAway(name, isThere ? nil : "\(name) does not answer: \(remedy)")
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private func postgresAnswers() async -> Bool {
        let pool = pool
        let asked = Task { (try? await pool.run { session in try session.query(Self.ping).rowCount }) != nil }
        let limit = Task {
            try? await Task.sleep(for: patience)
            asked.cancel()
        }
        defer { limit.cancel() }
        return await asked.value
    }

    private static let ping = Statement("health_ping", "select 1")
}
