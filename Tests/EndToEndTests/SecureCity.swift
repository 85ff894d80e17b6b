import Contracts
import Foundation
import HTTPClient
import HTTPMessages
import Postgres
import TestSupport
import Testing

/// The four services on servers that take nobody without TLS.
struct SecureCity {
    let servers: SecureServers
    let programs: [ServiceProgram]
    private let folder: URL
    private let client: Client

    static func use(_ body: (SecureCity) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "muster-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let own = OwnServers(in: folder)
        defer {
            for server in OwnServers.Server.allCases { try? own.down(server, remove: true) }
            try? FileManager.default.removeItem(at: folder)
        }
        let city = try SecureCity(try await SecureServers(own, in: folder), folder)
        defer { for program in city.programs { program.kill() } }
        do {
            try await city.prepare()
            try await body(city)
        } catch {
            let logs = city.programs.map { "--- \($0.name)\n\($0.lastWords)" }
            throw Deployment.Failed(error: error, logs: logs.joined(separator: "\n"))
        }
        await city.client.close()
    }

    private init(_ servers: SecureServers, _ folder: URL) throws {
        self.servers = servers
        self.folder = folder
        client = try Client(Client.Settings())
        let keySet = folder.appending(path: "keys/jwks.json").path
        programs = try ServiceName.allCases.map { service in
            try ServiceProgram(
                service.rawValue, replica: 1, environment: servers.environment(of: service, keySet: keySet),
                logs: folder)
        }
    }

    /// A migrated database, topics and keys.
    private func prepare() async throws {
        try await query("create database muster", on: "postgres")
        try Program.run("muster", ["migrate"], environment: servers.admin)
        try Program.run("muster", ["topics", "create"], environment: servers.admin)
        try Program.run("muster", ["token", "keys", "--keys", folder.appending(path: "keys").path])
    }

    private func connect(_ database: String) async throws -> PostgresConnection {
        let password = try String(contentsOfFile: servers.file("admin.password"), encoding: .utf8)
        return try await PostgresConnection.connect(servers.url("postgres:\(password)", database: database))
    }

    private func query(_ sql: String, on database: String) async throws {
        let connection = try await connect(database)
        try await connection.run { session in try session.execute(sql) }
        await connection.close()
    }

    private func count(_ sql: String) async throws -> Int64 {
        let connection = try await connect("muster")
        let count = try await connection.run { session in
            try session.query(Statement(once: sql)).value(Int64.self, row: 0, column: 0)
        }
        await connection.close()
        return count
    }

    /// Starts an intake in whose environment something is wrong; without a value a variable is not set.
    func start(_ fault: Fault, number: Int) throws -> ServiceProgram {
        var environment = servers.environment(of: .intake, keySet: folder.appending(path: "keys/jwks.json").path)
        for (name, value) in fault.environment(servers) { environment[name] = value }
        let program = try ServiceProgram("intake", replica: 10 + number, environment: environment, logs: folder)
        try program.start()
        return program
    }

    private struct Readiness: Decodable { let `for`: String? }

    /// Waits until a process says that it waits for something, or with nil that it is ready.
    func becomes(_ program: ServiceProgram, _ words: String?, _ what: String = "") async throws {
        var last = "nothing"
        do {
            try await eventually("\(program.name)-\(program.replica) says it", within: .seconds(60)) {
                guard program.isRunning else { throw Program.Failed(description: "it ended: \(program.lastWords)") }
                guard
                    let answer = try? await client.send(
                        .init(.get, program.url + "/health/ready", timeout: .seconds(5)))
                else { return false }
                last = try EventJSON.decode(Readiness.self, from: answer.body).for ?? "ready"
                return words.map { last.hasPrefix($0) } ?? (answer.status == .ok)
            }
        } catch let error as NeverHappened {
            throw Program.Failed(description: "\(what): \(error): \(last)\n\(program.lastWords)")
        }
    }

    private func token(_ role: String) throws -> String {
        try Program.run("muster", ["token", "issue", "--keys", folder.appending(path: "keys").path, "--role", role])
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// With the token in a file.
    func loadDirectory() throws {
        try Data("\(token("operator"))\n".utf8).write(to: folder.appending(path: "operator.token"))
        try Program.run(
            "muster",
            [
                "directory", "load", OwnServers.root.appending(path: "docs/example-directory").path, "--intake",
                programs[0].url,
            ], environment: ["MUSTER_TOKEN_FILE": folder.appending(path: "operator.token").path])
    }

    /// A chief reports a finding over HTTP.
    func report(_ id: String) async throws {
        let item = Item(id: id, time: City.now(), payload: City.finding())
        var request = Client.Request(
            .post, programs[0].url + "/v1/findings", body: try EventJSON.encode(item), timeout: .seconds(30))
        request.headers["Content-Type"] = "application/json"
        request.headers["Authorization"] = "Bearer \(try token("grid"))"
        let answer = try await client.send(request)
        #expect(answer.status == .created, "\(String(decoding: answer.body, as: UTF8.self))")
    }

    func noticesCome() async throws {
        try await eventually("there is a notice", within: .seconds(60)) {
            try await count("select count(*) from notify.notice") > 0
        }
    }

    func sessionsInTheClear() async throws -> Int64 {
        try await count(
            "select count(*) from pg_stat_ssl join pg_stat_activity using (pid) where client_port > 0 and not ssl")
    }

    /// What `muster` says when something is wrong, and what is to be in it.
    func mistakesAtTheCommandLine() throws -> [(said: String, expected: String)] {
        let kafka = ["MUSTER_KAFKA_CA": servers.file("other.crt")]
        let postgres = ["MUSTER_POSTGRES_URL": servers.url("postgres", authority: "other.crt")]
        let unreadable = ["MUSTER_KAFKA_SASL_PASSWORD_FILE": servers.file("nowhere")]
        return [
            (try failure(of: "topics", kafka), "MUSTER_KAFKA_CA must name the file of the authority"),
            (try failure(of: "migrate", postgres), "sslrootcert in MUSTER_POSTGRES_URL must name"),
            (
                try failure(of: "topics", unreadable),
                "MUSTER_KAFKA_SASL_PASSWORD_FILE is \"\(servers.file("nowhere"))\""
            ),
        ]
    }

    private func failure(of command: String, _ environment: [String: String]) throws -> String {
        do {
            return try Program.run("muster", [command], environment: servers.admin.merging(environment) { $1 })
        } catch let error as Program.Failed {
            return error.description
        }
    }
}
