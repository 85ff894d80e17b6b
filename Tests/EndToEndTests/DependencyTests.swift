import Contracts
import Foundation
import HTTPClient
import HTTPMessages
import Kafka
import Postgres
import TestSupport
import Testing

/// Services whose servers are not there yet, and go, and come back.
@Suite(.timeLimit(.minutes(10)))
struct DependencyTests {
    private static let mayStartServers =
        ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"]?.isEmpty != false

    @Test(
        .needsPostgres, .needsRealKafka,
        .enabled("needs servers of its own, and this run is given others'") { mayStartServers })
    func `a service waits for Postgres and Kafka, says so, and goes on when they come and come back`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "muster-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let servers = OwnServers(in: folder)
        defer {
            for server in OwnServers.Server.allCases { try? servers.down(server, remove: true) }
            try? FileManager.default.removeItem(at: folder)
        }
        let city = try await prepare(servers, folder)
        defer { for program in city.programs { program.kill() } }
        // Given servers that are not there yet
        for server in OwnServers.Server.allCases { try servers.down(server) }
        for program in city.programs { try program.start() }
        for program in city.programs { try await city.waits(program, for: "Postgres does not answer") }
        try await city.report("f-0", expecting: .serviceUnavailable)
        // When they come, one after the other, then what is reported before Kafka is there is taken, and published when it is
        try servers.up(.postgres)
        for program in city.programs { try await city.waits(program, for: "Kafka does not answer") }
        try city.loadDirectory()
        try await city.report("f-1", expecting: .created)
        try servers.up(.kafka)
        for program in city.programs { try await city.ready(program) }
        try await city.cases(become: 1)
        // When Kafka goes, then a finding is taken all the same, and becomes a case when it is back
        try servers.down(.kafka)
        for program in city.programs { try await city.waits(program, for: "Kafka does not answer") }
        try await city.report("f-2", expecting: .created)
        try servers.up(.kafka)
        for program in city.programs { try await city.ready(program) }
        try await city.cases(become: 2)
        // When Postgres goes, then whoever reports is told to come again, and no process ends
        try servers.down(.postgres)
        for program in city.programs { try await city.waits(program, for: "Postgres does not answer") }
        try await city.report("f-3", expecting: .serviceUnavailable)
        try servers.up(.postgres)
        for program in city.programs { try await city.ready(program) }
        try await city.report("f-3", expecting: .created)
        try await city.cases(become: 3)
        // They are the same processes as in the beginning.
        for program in city.programs { #expect(program.isRunning, "\(program.name)") }
        // And told to stop while Postgres is away they end, though what they hold cannot be given back.
        try servers.down(.postgres)
        for program in city.programs {
            let code = try await Program.aside { program.stop() }
            #expect(code == 0, "\(program.lastWords)")
        }
    }

    /// A migrated database, topics and keys, on servers that are about to go.
    private func prepare(_ servers: OwnServers, _ folder: URL) async throws -> WaitingCity {
        let server = try servers.up(.postgres)
        let bootstrap = try servers.up(.kafka)
        let kind = try servers.kindOfKafka()
        try #require(kind == "real")
        let connection = try await PostgresConnection.connect(server)
        try await connection.run { session in try session.execute("create database muster") }
        await connection.close()
        var url = try #require(URLComponents(string: server))
        url.path = "/muster"
        var tools = ["MUSTER_POSTGRES_URL": try #require(url.string), "MUSTER_KAFKA_BOOTSTRAP": bootstrap]
        for service in ServiceName.allCases { tools["MUSTER_\(service.rawValue.uppercased())_PASSWORD"] = "test" }
        try Program.run("muster", ["migrate"], environment: tools)
        try Program.run("muster", ["topics", "create"], environment: tools)
        let keys = folder.appending(path: "keys").path
        try Program.run("muster", ["token", "keys", "--keys", keys])
        let programs = try ServiceName.allCases.map { service in
            var own = url
            own.user = "muster_\(service.rawValue)"
            own.password = "test"
            return try ServiceProgram(
                service.rawValue, replica: 1,
                environment: [
                    "MUSTER_POSTGRES_URL": own.string ?? "", "MUSTER_KAFKA_BOOTSTRAP": bootstrap,
                    "MUSTER_JWKS_FILE": "\(keys)/jwks.json", "MUSTER_COLUMN_KEYS": Deployment.columnKeys,
                ], logs: folder)
        }
        return WaitingCity(programs: programs, client: try Client(Client.Settings()), tools: tools, keys: keys)
    }
}

/// The four services on servers that come and go.
private struct WaitingCity {
    let programs: [ServiceProgram]
    let client: Client
    let tools: [String: String]
    let keys: String

    private struct Readiness: Decodable {
        let status: String
        let `for`: String?
    }

    private func ask(_ program: ServiceProgram, _ path: String) async -> Client.Response? {
        try? await client.send(.init(.get, program.url + path, timeout: .seconds(5)))
    }

    /// It lives, and says what it waits for.
    func waits(_ program: ServiceProgram, for what: String) async throws {
        var last = "nothing"
        do {
            try await eventually("\(program.name) waits for: \(what)", within: .seconds(60)) {
                guard program.isRunning else {
                    throw Program.Failed(description: "\(program.name): \(program.lastWords)")
                }
                guard let answer = await ask(program, "/health/ready"), answer.status == .serviceUnavailable else {
                    return false
                }
                last = try EventJSON.decode(Readiness.self, from: answer.body).for ?? last
                return last.hasPrefix(what)
            }
        } catch {
            throw Program.Failed(description: "\(error); it said: \(last)\n\(program.lastWords)")
        }
        #expect(await ask(program, "/health/live")?.status == .ok)
    }

    func ready(_ program: ServiceProgram) async throws {
        try await eventually("\(program.name) is ready", within: .seconds(90)) {
            guard program.isRunning else { throw Program.Failed(description: "\(program.name): \(program.lastWords)") }
            return await ask(program, "/health/ready")?.status == .ok
        }
    }

    private func token(_ role: String) throws -> String {
        try Program.run("muster", ["token", "issue", "--keys", keys, "--role", role])
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func loadDirectory() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
        try Program.run(
            "muster",
            ["directory", "load", root.appending(path: "docs/example-directory").path, "--intake", programs[0].url],
            environment: tools.merging(["MUSTER_TOKEN": token("operator")]) { $1 })
    }

    func report(_ id: String, expecting status: Status) async throws {
        let item = Item(id: id, time: City.now(), payload: City.finding())
        var request = Client.Request(
            .post, programs[0].url + "/v1/findings", body: try EventJSON.encode(item), timeout: .seconds(30))
        request.headers["Content-Type"] = "application/json"
        request.headers["Authorization"] = "Bearer \(try token("grid"))"
        let answer = try await client.send(request)
        #expect(answer.status == status, "\(String(decoding: answer.body, as: UTF8.self))")
        if status == .serviceUnavailable { #expect(answer.headers["Retry-After"] != nil) }
    }

    func cases(become count: Int) async throws {
        let connection = try await PostgresConnection.connect(tools["MUSTER_POSTGRES_URL"] ?? "")
        do {
            try await eventually("the cases are there", becomes: count, within: .seconds(90)) {
                try await connection.run { session in
                    Int(
                        try session.query(Statement("cases", "select count(*) from dispatch.matter"))
                            .value(Int64.self, row: 0, column: 0))
                }
            }
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }
}
