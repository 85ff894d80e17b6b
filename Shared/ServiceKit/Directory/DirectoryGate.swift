import Contracts
import Kafka
import Postgres
import Threads

/// Holds other topics back until the directory has been read to where it ended when this process started, by whichever
/// replica: an event that names a unit should not come before the unit.
struct DirectoryGate: Sendable {
    let pool: PostgresPool
    let admin: Admin
    let topicPrefix: String
    private let wasOpen = OnceFlag()

    init(pool: PostgresPool, admin: Admin, topicPrefix: String) {
        self.pool = pool
        self.admin = admin
        self.topicPrefix = topicPrefix
    }

    /// Whether the directory has been read; once it has, it stays so.
    func isOpen() async -> Bool {
        if !wasOpen.isSet, (try? await isRead()) == true { wasOpen.set() }
        return wasOpen.isSet
    }

    private func isRead() async throws -> Bool {
        let partitions = (0..<Topic.directory.partitions).map {
            TopicPartition(topicPrefix + Topic.directory.name, $0)
        }
        let ends = try await admin.watermarks(partitions)
        let rows = try await pool.run { session in
            try session.query(Self.stored, Parameters(Topic.directory.name)).rows(as: Int32.self, Int64.self)
        }
        let stored = Dictionary(rows) { first, _ in first }
        return ends.allSatisfy { partition, range in
            range.isEmpty || stored[partition.partition] ?? 0 >= range.upperBound
        }
    }

    private static let stored = Statement(
        "directory_positions", "select partition, next_offset from consumer_offset where topic = $1")
}

/// Set once, by anybody.
private final class OnceFlag: Sendable {
    private let flag = Lock(false)
    var isSet: Bool { flag.withLock { $0 } }
    func set() { flag.withLock { $0 = true } }
}
