import Foundation
import Postgres
import TestSupport
import Testing

/// The whole stack is started and stopped by its script, on the servers of this run.
@Suite(.needsPostgres, .needsKafka, .timeLimit(.minutes(3)))
struct StackTests {
    private let servers = [
        "DATABASE_URL": ProcessInfo.processInfo.environment["MUSTER_TEST_POSTGRES"] ?? "",
        "KAFKA_BOOTSTRAP_SERVERS": ProcessInfo.processInfo.environment["MUSTER_TEST_KAFKA"] ?? "",
    ]
    private let names = ["intake-1", "dispatch-1", "credit-1", "notify-1"]

    private func isAlive(_ pid: pid_t) -> Bool { ChildProcess.isAlive(pid) }

    /// Whether the server of this run has a database.
    private func exists(_ name: String) async throws -> Bool {
        let connection = try await PostgresConnection.connect(servers["DATABASE_URL"] ?? "")
        let statement = Statement("exists", "select exists (select from pg_database where datname = $1)")
        let found = try await connection.run { session in
            try session.query(statement, Parameters(name)).value(Bool.self, row: 0, column: 0)
        }
        await connection.close()
        return found
    }

    private func database(of sandbox: Sandbox) throws -> String {
        try #require(
            sandbox.read(".dev/s/state").split(separator: "\n").first?.split(separator: "=").last.map(String.init))
    }

    @Test func `what is started is described, and when it is stopped nothing is left`() async throws {
        struct Description: Decodable, Equatable {
            struct Service: Decodable, Equatable { let url: String }
            let services: [String: Service]
            let tokens: [String: String]
        }
        try await Sandbox.use { sandbox in
            let up = try await sandbox.run("stack", ["up", ".dev/s"], servers)
            #expect(up.code == 0, "\(up.words)")
            let description = try JSONDecoder().decode(
                Description.self, from: Data(sandbox.read(".dev/s/stack.json").utf8))
            #expect(description.services.keys.sorted() == ["credit", "dispatch", "intake", "notify"])
            #expect(description.tokens["grid"] == "token-of-grid")
            let pids = try names.map { try sandbox.process(".dev/s/\($0).process") }
            #expect(pids.allSatisfy(isAlive))
            let database = try database(of: sandbox)
            #expect(database.hasPrefix("muster_"))
            #expect(try await exists(database))

            let again = try await sandbox.run("stack", ["up", ".dev/s"], servers)
            #expect(again.code == 0, "\(again.words)")
            #expect(try names.map { try sandbox.process(".dev/s/\($0).process") } == pids)

            let down = try await sandbox.run("stack", ["down", "--remove", ".dev/s"], servers)
            #expect(down.code == 0, "\(down.words)")
            #expect(!pids.contains(where: isAlive))
            #expect(!sandbox.exists(".dev/s"))
            #expect(try await !exists(database))
        }
    }

    @Test func `a process that was killed is started again at its address`() async throws {
        try await Sandbox.use { sandbox in
            _ = try await sandbox.run("stack", ["up", ".dev/s"], servers)
            let before = (try sandbox.process(".dev/s/credit-1.process"), sandbox.read(".dev/s/credit-1.env"))
            kill(before.0, SIGKILL)
            let start = try await sandbox.run("stack", ["start", ".dev/s", "credit", "1"], servers)
            #expect(start.code == 0, "\(start.words)")
            #expect(try sandbox.process(".dev/s/credit-1.process") != before.0)
            #expect(sandbox.read(".dev/s/credit-1.env") == before.1)
        }
    }

    @Test func `a number that is somebody else's process by now is left alone`() async throws {
        try await Sandbox.use { sandbox in
            _ = try await sandbox.run("stack", ["up", ".dev/s"], servers)
            let ours = try sandbox.process(".dev/s/notify-1.process")
            let stranger = try sandbox.stranger()
            defer { kill(stranger, SIGKILL) }
            let record = sandbox.read(".dev/s/notify-1.process")
            try sandbox.write(
                ".dev/s/notify-1.process", record.replacing("\(ours)", with: "\(stranger)"))
            let down = try await sandbox.run("stack", ["down", "--remove", ".dev/s"], servers)
            #expect(down.code == 0, "\(down.words)")
            #expect(isAlive(stranger))
            kill(ours, SIGKILL)
        }
    }

    @Test func `a service that ends as it starts is named, with its last words`() async throws {
        try await Sandbox.use { sandbox in
            let up = try await sandbox.run(
                "stack", ["up", ".dev/s"], servers.merging(["UNWELL": "muster-credit"]) { $1 })
            #expect(up.code == 1)
            #expect(up.words.contains("credit-1 ended as it started"))
            #expect(up.words.contains("the configuration is wrong"))
        }
    }

    @Test(arguments: [0, 3] as [Int32]) func `the demo ends as its day does, and leaves nothing`(code: Int32)
        async throws
    {
        try await Sandbox.use { sandbox in
            let demo = try await sandbox.run("demo", [], servers.merging(["DAY": "\(code)"]) { $1 })
            #expect(demo.code == code, "\(demo.words)")
            #expect(demo.words.contains("notify-1 stopped"))
            #expect(!sandbox.exists(".dev/demo"))
        }
    }

    @Test func `a demo that is ended in the middle stops what it started, at once`() async throws {
        try await Sandbox.use { sandbox in
            let demo = try sandbox.start("demo", [], servers.merging(["DAY": "never"]) { $1 })
            try await eventually("the day is being played", within: .seconds(60)) { demo.words.contains("a day") }
            let pids = try names.map { try sandbox.process(".dev/demo/\($0).process") }
            // Another one would take away what this one stands on
            let other = try await sandbox.run("demo", [], servers)
            #expect(other.code == 1 && other.words.contains("is being played here already"), "\(other.words)")
            #expect(pids.allSatisfy(isAlive))
            kill(demo.pid, SIGTERM)
            let outcome = await demo.end()
            #expect(outcome.code == 143, "\(outcome.words)")
            #expect(!pids.contains(where: isAlive))
            #expect(!sandbox.exists(".dev/demo"))
        }
    }
}
