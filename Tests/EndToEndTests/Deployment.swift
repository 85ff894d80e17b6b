import Contracts
import Foundation
import HTTPClient
import HTTPMessages
import Kafka
import Postgres
import Synchronization
import TestSupport
import Testing

/// The whole of Muster for one test: a database, topics and services of its own, all real.
final class Deployment: Sendable {
    let database: ScratchDatabase
    let kafka: TestKafka
    let programs: [ServiceProgram]
    let client: Client
    let producer: Producer
    let connection: PostgresConnection
    private let keys: URL
    /// Topics that a test made besides, to be deleted with the others.
    let copies = Mutex<[String]>([])
    /// The services' column keys: a key of its own for this run.
    static let columnKeys = "1:" + Data((0..<32).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()

    /// Brings everything up with the example directory loaded, runs the body, and takes everything down.
    static func use(
        replicas: Int = 1, environment: [String: String] = [:], withDirectory: Bool = true, withReceiver: Bool = false,
        _ body: (Deployment) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "muster-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await ScratchDatabase.use { database in
            let deployment = try await Deployment(database, replicas, environment, folder, withReceiver)
            do {
                try await deployment.start(withDirectory: withDirectory)
                try await body(deployment)
            } catch {
                let logs = deployment.programs.map { "--- \($0.name)-\($0.replica)\n\($0.lastWords)" }
                await deployment.takeDown()
                throw Failed(error: error, logs: logs.joined(separator: "\n"))
            }
            await deployment.takeDown()
        }
    }

    struct Failed: Error, CustomStringConvertible {
        let error: any Error
        let logs: String
        var description: String { "\(error)\n\(logs)" }
    }

    private let tools: [String: String]
    /// Where `muster day` receives what notify sends outside; 0 where notify knows nothing but its inboxes.
    private let receiver: UInt16

    private init(
        _ database: ScratchDatabase, _ replicas: Int, _ environment: [String: String], _ folder: URL,
        _ withReceiver: Bool
    ) async throws {
        self.database = database
        kafka = try TestKafka()
        keys = folder.appending(path: "keys")
        var tools = [
            "MUSTER_POSTGRES_URL": database.url, "MUSTER_KAFKA_BOOTSTRAP": kafka.bootstrap,
            "MUSTER_TOPIC_PREFIX": kafka.prefix,
        ]
        for service in ServiceName.allCases { tools["MUSTER_\(service.rawValue.uppercased())_PASSWORD"] = "test" }
        self.tools = tools
        try Program.run("muster", ["migrate"], environment: tools)
        try Program.run("muster", ["topics", "create"], environment: tools)
        try Program.run("muster", ["token", "keys", "--keys", keys.path])
        var notify: [String: String] = [:]
        if withReceiver {
            receiver = try FreePort.next()
            try Program.run("muster", ["receiver", "--port", "\(receiver)", "--output", folder.path])
            notify["MUSTER_NOTIFY_CHANNELS"] = folder.appending(path: "notify-channels.json").path
            notify["MUSTER_NOTIFY_RULES"] = folder.appending(path: "notify-rules.json").path
        } else {
            receiver = 0
        }
        let authority = database.url.split(separator: "@").last.map(String.init) ?? ""
        let jwks = keys.appending(path: "jwks.json").path
        programs = try ServiceName.allCases.flatMap { service in
            try (1...replicas).map { replica in
                let own = [
                    "MUSTER_POSTGRES_URL": "postgres://\(database.name)_\(service.rawValue):test@\(authority)",
                    "MUSTER_KAFKA_BOOTSTRAP": tools["MUSTER_KAFKA_BOOTSTRAP"] ?? "",
                    "MUSTER_TOPIC_PREFIX": tools["MUSTER_TOPIC_PREFIX"] ?? "", "MUSTER_JWKS_FILE": jwks,
                    "MUSTER_COLUMN_KEYS": Self.columnKeys,
                    // Real brokers allow it; survivors take over within a second or two.
                    "MUSTER_KAFKA_SESSION_TIMEOUT_MS": "1000",
                ]
                return try ServiceProgram(
                    service.rawValue, replica: replica,
                    environment: own.merging(environment) { $1 }.merging(service == .notify ? notify : [:]) { $1 },
                    logs: folder)
            }
        }
        client = try Client(Client.Settings())
        producer = try Producer(["bootstrap.servers": kafka.bootstrap])
        connection = try await PostgresConnection.connect(database.url)
    }

    private func start(withDirectory: Bool) async throws {
        // A stepped city stands still until its time is set; only then are its services ready.
        try Program.run("muster", ["clock", "set", "2026-11-01T00:00:00+08:00"], environment: tools)
        for program in programs { try program.start() }
        for program in programs { try await ready(program) }
        if withDirectory {
            try loadDirectory()
            try await directoryIsKnown()
        }
    }

    /// Every service has read the directory: until then it refuses those whom it has not heard of.
    private func directoryIsKnown() async throws {
        let admin = try Admin(["bootstrap.servers": kafka.bootstrap])
        let topic = Topic.directory
        try await eventually("every service has the directory", within: .seconds(60)) {
            if try await count("select count(*) from intake.outbox") > 0 { return false }
            let ends: [TopicPartition: Range<Int64>]
            do {
                ends = try await admin.watermarks(
                    (0..<topic.partitions).map { TopicPartition(kafka.prefix + topic.name, $0) })
            } catch  where (error as? KafkaError)?.isRetryable == true {
                // A broker does not lead at once what was made a moment ago.
                return false
            }
            let published = ends.values.reduce(0) { $0 + $1.upperBound }
            for reader in ["dispatch", "credit", "notify"] {
                let read = try await count(
                    "(select coalesce(sum(next_offset), 0) from \(reader).consumer_offset where topic = '\(topic.name)')"
                )
                if read < published { return false }
            }
            return true
        }
    }

    func loadDirectory() throws {
        try Program.run(
            "muster", ["directory", "load", "docs/example-directory", "--intake", self["intake"].url],
            environment: tools.merging(["MUSTER_TOKEN": token("--role", "operator")]) { $1 })
    }

    private func takeDown() async {
        for program in programs {
            program.kill()
            program.killRestarted()
        }
        await client.close()
        await producer.close()
        await connection.close()
        _ = try? Program.run("muster", ["topics", "remove"], environment: tools)
        let made = copies.withLock { $0 }
        if !made.isEmpty { try? await Admin(["bootstrap.servers": kafka.bootstrap]).deleteTopics(made) }
    }

    /// The first replica of a service.
    subscript(name: String) -> ServiceProgram { programs.first { $0.name == name }! }

    func ready(_ program: ServiceProgram) async throws {
        try await eventually("\(program.name)-\(program.replica) is ready", within: .seconds(30)) {
            guard program.isRunning else { throw Program.Failed(description: "\(program.name) ended as it started") }
            let answer = try? await client.send(.init(.get, program.url + "/health/ready", timeout: .seconds(2)))
            return answer?.status == .ok
        }
    }

    /// Describes this deployment as `.dev/stack.json` describes a running stack.
    func writeStack(topicPrefix: String? = nil) throws -> URL {
        let processes = try programs.map { program -> [String: Any] in
            [
                "service": program.name, "replica": program.replica, "url": program.url,
                "process": program.processFile.path, "start": [try program.writeStartScript().path],
            ]
        }
        let services = Dictionary(programs.map { ($0.name, ["url": $0.url]) }) { first, _ in first }
        var stack: [String: Any] = [
            "services": services, "kafka": kafka.bootstrap, "topicPrefix": topicPrefix ?? kafka.prefix,
            "postgres": database.url,
            "processes": processes,
        ]
        if receiver > 0 {
            stack["receiver"] = ["port": Int(receiver), "secret": "whsec_bXVzdGVyLWRheS1yZWNlaXZlci1ub3Qtc2VjcmV0"]
        }
        let file = keys.deletingLastPathComponent().appending(path: "stack.json")
        try JSONSerialization.data(withJSONObject: stack).write(to: file)
        return file
    }

    /// Runs `muster reconcile` on this deployment.
    ///
    /// - Throws: `Program.Failed` with its lines when one is off.
    @discardableResult
    func reconcile(topicPrefix: String? = nil, days: Int = 28) throws -> String {
        let stack = try writeStack(topicPrefix: topicPrefix).path
        return try Program.run("muster", ["reconcile", "--stack", stack, "--days", "\(days)"])
    }

    /// Runs `muster` with this deployment's addresses, and returns what it writes.
    @discardableResult
    func muster(_ arguments: String..., environment: [String: String] = [:]) throws -> String {
        try Program.run("muster", arguments, environment: tools.merging(environment) { $1 })
    }

    func token(_ arguments: String...) throws -> String {
        try Program.run("muster", ["token", "issue", "--keys", keys.path] + arguments)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Sends JSON and returns the answer.
    func post(_ service: String, _ path: String, token: String, _ body: some Encodable) async throws -> Client.Response
    {
        var request = Client.Request(.post, self[service].url + path, body: try EventJSON.encode(body))
        request.headers["Content-Type"] = "application/json"
        request.headers["Authorization"] = "Bearer \(token)"
        return try await client.send(request)
    }

    func get(_ service: String, _ path: String, token: String) async throws -> Client.Response {
        var request = Client.Request(.get, self[service].url + path)
        request.headers["Authorization"] = "Bearer \(token)"
        return try await client.send(request)
    }

    /// Puts a gateway's event on its topic.
    func publish(_ events: [Event<some EventPayload>]) async throws {
        try await producer.send(
            try events.map { event in
                OutgoingRecord(
                    topic: kafka.name(type(of: event.payload).topic.name), key: Array(event.payload.key.utf8),
                    value: try EventJSON.encode(event.payload),
                    headers: Headers(CloudEvents.headers(of: event.envelope)))
            })
    }

    /// One number that SQL answers.
    func count(_ sql: String) async throws -> Int {
        let name = "count \(sql.hashValue)"
        return try await connection.run { session in
            Int(try session.query(Statement(name, "select (\(sql))::int8")).value(Int64.self, row: 0, column: 0))
        }
    }
}
