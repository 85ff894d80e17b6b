import Foundation
import Kafka

/// The servers of a run, and the means to do harm to them.
struct ServerControl: Sendable {
    let programs: Programs
    let servers: FaultCity.Servers
    /// Folders of `infra/dev/postgres` and `infra/dev/kafka`; nil where the servers are somebody else's and must stay up.
    let postgresFolder: String?
    let kafkaFolder: String?
    /// Whether the services are built with failpoints.
    let hasFailpoints: Bool

    init(_ programs: Programs, _ servers: FaultCity.Servers, postgresFolder: String?, kafkaFolder: String?) {
        self.programs = programs
        self.servers = servers
        self.postgresFolder = postgresFolder
        self.kafkaFolder = kafkaFolder
        let data =
            (try? Data(contentsOf: programs.folder.appending(path: "muster-intake"), options: .alwaysMapped)) ?? Data()
        hasFailpoints = data.range(of: Data("MUSTER_GUARDS_OFF".utf8)) != nil
    }

    // MARK: Postgres

    private func postmaster() throws -> pid_t {
        guard let postgresFolder else { throw Skipped(reason: "the Postgres server is not ours to stop") }
        let file = "\(postgresFolder)/cluster/data/postmaster.pid"
        guard let line = try? String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").first,
            let pid = pid_t(line)
        else { throw Skipped(reason: "the Postgres server is no private cluster") }
        return pid
    }

    /// As `pg_ctl stop -m immediate` does: all of the server ends at once, and recovers when it is started.
    func stopPostgresAtOnce() async throws {
        let pid = try postmaster()
        kill(pid, SIGQUIT)
        guard await waits(.seconds(20), { kill(pid, 0) != 0 }) else { throw Broken("Postgres does not end") }
    }

    func startPostgres() throws {
        guard let postgresFolder else { return }
        try programs.script("postgres", ["up", postgresFolder])
    }

    // MARK: Kafka

    func stopKafka() throws {
        guard let kafkaFolder else { throw Skipped(reason: "the Kafka broker is not ours to stop") }
        for node in try kafkaNodes() { kill(try pid(of: node, in: kafkaFolder), SIGKILL) }
    }

    func startKafka() async throws {
        guard let kafkaFolder else { return }
        let nodes = try kafkaNodes()
        if nodes.count > 1 { return try await startKafka(nodes: nodes) }
        try programs.script("kafka", ["up", kafkaFolder])
    }

    func kafkaNodes() throws -> [Int] {
        guard let kafkaFolder else { throw Skipped(reason: "the Kafka broker is not ours to stop") }
        return try FileManager.default.contentsOfDirectory(atPath: kafkaFolder).filter { $0.hasPrefix("node") }
            .compactMap { Int($0.dropFirst(4)) }.sorted()
    }

    private func pid(of node: Int, in folder: String) throws -> pid_t {
        let text = try String(contentsOfFile: "\(folder)/node\(node)/pid", encoding: .utf8)
        guard let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Skipped(reason: "node \(node) has no process id")
        }
        return pid
    }

    /// Of a cluster of three, by the script that the environment names (`kafka start DIR N` starts a node on its data).
    func killKafka(node: Int) throws {
        guard let kafkaFolder, clusterScript != nil else {
            throw Skipped(reason: "MUSTER_KAFKA_CLUSTER names no script that starts a cluster's nodes")
        }
        kill(try pid(of: node, in: kafkaFolder), SIGKILL)
    }

    /// SIGTERM: the broker hands its partitions over before it ends.
    func stopKafka(node: Int) async throws {
        guard let kafkaFolder, clusterScript != nil else {
            throw Skipped(reason: "MUSTER_KAFKA_CLUSTER names no script that starts a cluster's nodes")
        }
        let pid = try pid(of: node, in: kafkaFolder)
        kill(pid, SIGTERM)
        guard await waits(.seconds(40), { kill(pid, 0) != 0 }) else { throw Broken("broker \(node) does not end") }
    }

    func startKafka(node: Int) throws {
        guard let kafkaFolder, let clusterScript else { return }
        try Programs.run(URL(filePath: clusterScript), ["start", kafkaFolder, "\(node)"], [:])
    }

    /// At once: where two of three are away, there is no quorum that one of them alone could join.
    ///
    /// Each call of the script waits for all nodes, and gives up at the sight of one that another call is about to start: so we look
    /// ourselves whether they answer. It also holds its thread until then, which must be none of those that traffic runs on.
    func startKafka(nodes: [Int]) async throws {
        for node in nodes { Thread.detachNewThread { try? startKafka(node: node) } }
        for node in nodes {
            let admin = try Admin(["bootstrap.servers": try address(of: node)])
            guard await waits(.seconds(90), { (try? await admin.topics()) != nil }) else {
                throw Broken("broker \(node) does not answer")
            }
        }
    }

    private func address(of node: Int) throws -> String {
        let file = "\(kafkaFolder ?? "")/node\(node)/port"
        return "127.0.0.1:"
            + (try String(contentsOfFile: file, encoding: .utf8)).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private var clusterScript: String? { ProcessInfo.processInfo.environment["MUSTER_KAFKA_CLUSTER"] }
}
