import Foundation
import Postgres
import TestSupport
import Testing

/// Each server is found or started, and only what was started is ever stopped.
@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct ServerScriptTests {
    @Test func `a private Postgres keeps its data and its address until they are removed`() async throws {
        try await Sandbox.use { sandbox in
            let up = try await sandbox.run("postgres", ["up", "--fast", ".dev/postgres"])
            #expect(up.code == 0, "\(up.words)")
            let url = up.output.trimmingCharacters(in: .whitespacesAndNewlines)
            try await execute("create table note (id int4)", url)

            // Already running; stopped and started; killed and started.
            let home = sandbox.read(".dev/postgres/state").split(separator: "\n").first {
                $0.hasPrefix("home=")
            }?.dropFirst(5)
            let folder = String(try #require(home))
            for disturb in ["nothing", "down", "kill"] {
                if disturb == "down" {
                    #expect(try await sandbox.run("postgres", ["down", ".dev/postgres"]).code == 0)
                }
                if disturb == "kill" {
                    let pid = try String(contentsOfFile: "\(folder)/data/postmaster.pid", encoding: .utf8)
                        .split(separator: "\n").first.flatMap { pid_t($0) }
                    kill(try #require(pid), SIGKILL)
                }
                let again = try await sandbox.run("postgres", ["up", ".dev/postgres"])
                #expect(again.output == up.output, "\(disturb): \(again.words)")
                try await execute("insert into note values (1)", url)
            }
            let down = try await sandbox.run("postgres", ["down", "--remove", ".dev/postgres"])
            #expect(down.code == 0, "\(down.words)")
            #expect(!FileManager.default.fileExists(atPath: folder))
            #expect(!sandbox.exists(".dev/postgres"))
        }
    }

    private func execute(_ sql: String, _ url: String) async throws {
        let connection = try await PostgresConnection.connect(url)
        try await connection.run { try $0.execute(sql) }
        await connection.close()
    }

    @Test func `a server that was named but does not answer is no reason to start another`() async throws {
        try await Sandbox.use { sandbox in
            let postgres = try await sandbox.run(
                "postgres", ["up", ".dev/postgres"], ["DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"])
            #expect(postgres.code == 1)
            #expect(postgres.words.contains("unset DATABASE_URL"))
            let kafka = try await sandbox.run(
                "kafka", ["up", ".dev/kafka"], ["KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1,localhost:2"])
            #expect(kafka.code == 1)
            #expect(kafka.words.contains("unset KAFKA_BOOTSTRAP_SERVERS"))
        }
    }

    @Test func `without any Kafka the embedded broker is started, says so, and is stopped`() async throws {
        try await Sandbox.use { sandbox in
            let up = try await sandbox.run("kafka", ["up", ".dev/kafka"])
            #expect(up.code == 0, "\(up.words)")
            #expect(up.words.contains("the embedded broker"))
            #expect(try await sandbox.run("kafka", ["kind", ".dev/kafka"]).output == "embedded\n")
            let pid = try sandbox.process(".dev/kafka/process")
            #expect(try await sandbox.run("kafka", ["up", ".dev/kafka"]).output == up.output)
            #expect(try await sandbox.run("kafka", ["down", "--remove", ".dev/kafka"]).code == 0)
            #expect(!ChildProcess.isAlive(pid))
        }
    }

    @Test func `a broker's number that is somebody else's by now is left alone`() async throws {
        try await Sandbox.use { sandbox in
            let stranger = try sandbox.stranger()
            defer { kill(stranger, SIGKILL) }
            try sandbox.write(".dev/kafka/state", "by=lent\nkind=real\nbootstrap=127.0.0.1:1\n")
            try sandbox.write(".dev/kafka/node1/pid", "\(stranger)\n")
            #expect(try await sandbox.run("kafka", ["down", "--remove", ".dev/kafka"]).code == 0)
            #expect(ChildProcess.isAlive(stranger))
        }
    }

    @Test func `the list of packages is read by its sections`() async throws {
        try await Sandbox.use { sandbox in
            let list = try await sandbox.run("install", ["--list", "kafka", "postgres"])
            #expect(list.output == "postgresql\nopenjdk-17-jre-headless\n")
            let unknown = try await sandbox.run("install", ["nonsense"])
            #expect(unknown.code == 1)
            #expect(unknown.words.contains("no section [nonsense]"))
        }
    }
}
