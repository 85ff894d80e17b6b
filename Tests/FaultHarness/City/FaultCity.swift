import Contracts
import Foundation
import HTTPClient
import Kafka
import Postgres
import Threads

/// The whole of Muster for one run: a database, topics and processes of its own, all real.
final class FaultCity: Sendable {
    struct Servers: Sendable {
        /// A superuser's URL, ending in the database `postgres`.
        var postgres: String
        var kafka: String
    }

    struct Plan: Sendable {
        var replicas = 2
        /// The host and port by which services reach Postgres, where that is not the server itself.
        var postgresDetour: String?
        var environment: [String: String] = [:]
        /// Of `Guard`, switched off.
        var guardsOff: [String] = []
        var directory = "docs/example-directory"
        /// Where the executables of a former version are, which everything begins with.
        var formerPrograms: String?
        /// Whether what is sent tells of the evening before, so that something may hold from today on only.
        var isOfYesterday = false
        /// Whether the second replica of each service is on a host of its own.
        var hasSecondHost = false
    }

    let programs: Programs
    let servers: Servers
    let folder: URL
    let name: String
    let replicas: [Replica]
    let phones: Phones
    let client: Client
    let producer: Producer
    let admin: Admin
    let tools: [String: String]
    let start: Instant
    private static let columnKeys = "1:" + Data(repeating: 7, count: 32).base64EncodedString()
    let secondHost: SecondHost?
    private let ends = Lock<[@Sendable () async -> Void]>([])

    /// Makes database, topics, keys and processes, and starts them with the directory loaded.
    static func use(
        _ programs: Programs, _ servers: Servers, _ plan: Plan, _ body: (FaultCity) async throws -> Void
    ) async throws {
        let city = try FaultCity(programs, servers, plan)
        let result: Result<Void, any Error>
        do {
            try await city.begin(plan)
            try await body(city)
            result = .success(())
        } catch {
            result = .failure(error)
            // What a person needs who looks into it.
            let kept = URL(filePath: ".dev/faults/broken/\(city.name)")
            try? FileManager.default.createDirectory(at: kept, withIntermediateDirectories: true)
            for file in (try? FileManager.default.contentsOfDirectory(atPath: city.folder.path)) ?? []
            where file.hasSuffix(".log") {
                try? FileManager.default.copyItem(at: city.folder.appending(path: file), to: kept.appending(path: file))
            }
        }
        await city.end()
        try result.get()
    }

    private init(_ programs: Programs, _ servers: Servers, _ plan: Plan) throws {
        self.programs = programs
        self.servers = servers
        name = "faults_\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        folder = FileManager.default.temporaryDirectory.appending(path: "muster-\(name)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        phones = try Phones()
        let channels = folder.appending(path: "channels.json")
        try phones.writeChannels(to: channels)
        let url = Self.database(name, of: servers.postgres)
        var tools = [
            "MUSTER_POSTGRES_URL": url, "MUSTER_KAFKA_BOOTSTRAP": servers.kafka, "MUSTER_TOPIC_PREFIX": name + ".",
        ]
        for service in ServiceName.allCases { tools["MUSTER_\(service.rawValue.uppercased())_PASSWORD"] = "test" }
        self.tools = tools
        let authority =
            plan.postgresDetour ?? url.split(separator: "@").last?.split(separator: "/").first.map(String.init) ?? ""
        let name = name
        let folder = folder
        let secondHost =
            plan.hasSecondHost
            ? try SecondHost(reaching: [url, "/" + servers.kafka + "/", phones.address]) : nil
        self.secondHost = secondHost
        replicas = try ServiceName.allCases.flatMap { service in
            try (1...plan.replicas).map { number in
                let own = [
                    "MUSTER_POSTGRES_URL": "postgres://\(name)_\(service.rawValue):test@\(authority)/\(name)",
                    "MUSTER_KAFKA_BOOTSTRAP": servers.kafka, "MUSTER_TOPIC_PREFIX": name + ".",
                    "MUSTER_JWKS_FILE": folder.appending(path: "keys/jwks.json").path,
                    "MUSTER_KAFKA_SESSION_TIMEOUT_MS": "1000", "MUSTER_CREDIT_SETTLE_SECONDS": "1",
                    "MUSTER_COLUMN_KEYS": Self.columnKeys, "MUSTER_NOTIFY_CHANNELS": channels.path,
                    "MUSTER_GUARDS_OFF": plan.guardsOff.joined(separator: ","),
                ]
                return try Replica(
                    service.rawValue, number, port: try Programs.freePort(), host: number == 2 ? secondHost : nil,
                    own.merging(plan.environment) { $1 }, programs: programs.folder, folder: folder)
            }
        }
        var settings = Client.Settings()
        // As many as there are grids in a city, and some.
        settings.connectionsPerHost = 500
        client = try Client(settings)
        producer = try Producer(["bootstrap.servers": servers.kafka, "linger.ms": "1"])
        admin = try Admin(["bootstrap.servers": servers.kafka])
        start =
            plan.isOfYesterday
            ? RulesChange.yesterday : Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }

    private func begin(_ plan: Plan) async throws {
        try await execute("create database \(name)", on: "postgres")
        var programs = programs
        if let former = plan.formerPrograms {
            programs = Programs(folder: URL(filePath: former), root: programs.root)
            for replica in replicas { replica.upgrade(to: programs.folder) }
        }
        try programs.muster(["migrate"], tools)
        // Of brokers that have just started, or that a busy machine keeps waiting, not every answer comes in time.
        let isMade = await waits(.seconds(120)) { (try? programs.muster(["topics", "create"], tools)) != nil }
        guard isMade else { throw Skipped(reason: "the brokers don't make topics within two minutes") }
        try programs.muster(["token", "keys", "--keys", folder.appending(path: "keys").path])
        try await PositionAudit.install(in: self)
        for replica in replicas { try replica.start() }
        for replica in replicas { try await ready(replica) }
        let token = try token("--role", "operator")
        try programs.muster(
            [
                "directory", "load", URL(filePath: plan.directory, relativeTo: programs.root).path, "--intake",
                self["intake"][0].url,
            ],
            tools.merging(["MUSTER_TOKEN": token]) { $1 })
        // The directory is known in all services once all of it is read: a service refuses over HTTP what names a unit that
        // it does not know yet.
        try await Audit(city: self, ledger: Traffic.Ledger()).quiet(within: .seconds(60))
    }

    /// Does something once the city is taken down.
    func afterwards(_ work: @escaping @Sendable () async -> Void) { ends.withLock { $0.append(work) } }

    private func end() async {
        for replica in replicas {
            replica.signal(SIGCONT)
            replica.kill9()
        }
        await client.close()
        await producer.close()
        await phones.stop()
        _ = try? programs.muster(["topics", "remove"], tools)
        try? await execute("drop database if exists \(name) with (force)", on: "postgres")
        for service in ServiceName.allCases {
            try? await execute("drop role if exists \(name)_\(service.rawValue)", on: "postgres")
        }
        secondHost?.remove()
        for work in ends.withLock({ $0 }) { await work() }
        try? FileManager.default.removeItem(at: folder)
    }

    /// The replicas of a service.
    subscript(service: String) -> [Replica] { replicas.filter { $0.service == service } }

    func ready(_ replica: Replica) async throws {
        let isReady = await waits(.seconds(40)) {
            if !replica.isRunning { return true }
            let answer = try? await client.send(.init(.get, replica.url + "/health/ready", timeout: .seconds(2)))
            return answer?.status == .ok
        }
        guard isReady, replica.isRunning else {
            throw Broken("\(replica.name) did not become ready; its last words:\n\(replica.lastWords)")
        }
    }

    func token(_ arguments: String...) throws -> String {
        try programs.muster(["token", "issue", "--keys", folder.appending(path: "keys").path] + arguments)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    // MARK: The database, from outside

    var databaseURL: String { Self.database(name, of: servers.postgres) }

    static func database(_ name: String, of url: String) -> String {
        (url.split(separator: "/").dropLast().joined(separator: "/") + "/\(name)").replacing(
            "postgres:/", with: "postgres://", maxReplacements: 1)
    }

    /// A connection for each question: the server may just have been away.
    func ask<Value: Sendable>(_ body: @escaping @Sendable (inout Session) throws -> Value) async throws -> Value {
        let connection = try await PostgresConnection.connect(databaseURL)
        let result: Result<Value, any Error>
        do { result = .success(try await connection.run(body)) } catch { result = .failure(error) }
        await connection.close()
        return try result.get()
    }

    func count(_ sql: String) async throws -> Int {
        try await ask { session in
            Int(try session.query(.init(once: "select (\(sql))::int8")).value(Int64.self, row: 0, column: 0))
        }
    }

    /// The first column of each row, as text.
    func texts(_ sql: String) async throws -> [String] {
        try await ask { session in try session.query(.init(once: sql)).rows(as: String.self) }
    }

    func execute(_ sql: String, on database: String? = nil) async throws {
        let url = database.map { Self.database($0, of: servers.postgres) } ?? databaseURL
        let connection = try await PostgresConnection.connect(url)
        let result: Result<Void, any Error>
        do { result = .success(try await connection.run { session in try session.execute(sql) }) } catch {
            result = .failure(error)
        }
        await connection.close()
        try result.get()
    }

    /// Describes this city as `.dev/stack.json` describes a running stack.
    func writeStack() throws -> String {
        let services = Dictionary(replicas.map { ($0.service, ["url": $0.url]) }) { first, _ in first }
        let stack: [String: Any] = [
            "services": services, "kafka": servers.kafka, "topicPrefix": name + ".", "postgres": databaseURL,
        ]
        let file = folder.appending(path: "stack.json")
        try JSONSerialization.data(withJSONObject: stack).write(to: file)
        return file.path
    }
}
