import Arguments
import Contracts
import Foundation
import Kafka
import Postgres

/// The stack that is measured, as `infra/dev/stack up` describes it.
struct MeasuredStack: Decodable, Sendable {
    struct Service: Decodable, Sendable { let url: String }
    struct Replica: Decodable, Sendable {
        let service: String
        let url: String
        let process: String
        let start: [String]

        var pid: pid_t? {
            (try? String(contentsOfFile: process, encoding: .utf8))?.split(separator: " ").first.flatMap { pid_t($0) }
        }
    }

    let services: [String: Service]
    let kafka: String
    let topicPrefix: String
    let postgres: String
    let processes: [Replica]

    static let file = Option(
        "stack", value: "FILE", about: "the stack's description", parser: .text(example: ".dev/bench/stack.json"),
        default: ".dev/bench/stack.json")
    static let count = Option(
        "count", value: "N", about: "how many", parser: .integer(100...10_000_000), default: 200_000)
    static let runs = Option("runs", value: "N", about: "how often", parser: .integer(1...50), default: 5)
    static let alone = Option.flag("alone", about: "stop the services that have no part in it")

    static func read(_ values: Values) throws -> MeasuredStack {
        try JSONDecoder().decode(MeasuredStack.self, from: Data(contentsOf: URL(filePath: values[file])))
    }

    func replicas(of service: String) -> [Replica] { processes.filter { $0.service == service } }

    /// SIGTERM, and waits until each is gone.
    func stop(_ service: String) async throws {
        for replica in replicas(of: service) {
            guard let pid = replica.pid else { continue }
            kill(pid, SIGTERM)
            while kill(pid, 0) == 0, !isZombie(pid) { try await Task.sleep(for: .milliseconds(20)) }
        }
    }

    private func isZombie(_ pid: pid_t) -> Bool {
        ((try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ") Z").contains(") Z")
    }

    /// Not by Foundation's `Process`: it takes the starter for running as long as the service that it leaves behind.
    func start(_ service: String, processes: Int = .max) throws {
        for replica in replicas(of: service).prefix(processes) {
            var words = replica.start.map { strdup($0) } + [nil]
            defer { for word in words { free(word) } }
            var pid = pid_t()
            var status: Int32 = 0
            guard posix_spawn(&pid, replica.start[0], nil, nil, &words, environ) == 0, waitpid(pid, &status, 0) == pid,
                status == 0
            else { throw Unexpected(description: "\(service) did not start: \(replica.start)") }
        }
    }

    /// Changes a setting of a service that is stopped, for when it is started next; nil takes it away.
    func set(_ name: String, _ value: String?, of service: String) throws {
        for replica in replicas(of: service) {
            let file = URL(filePath: replica.process).deletingPathExtension().appendingPathExtension("env")
            var lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter {
                !$0.hasPrefix("\(name)=")
            }
            if let value { lines.append("\(name)='\(value)'") }
            try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: false, encoding: .utf8)
        }
    }

    func count(_ sql: String, _ connection: PostgresConnection) async throws -> Int {
        try await connection.run { session in
            Int(
                try session.query(.init("count \(sql.hashValue)", "select (\(sql))::int8")).value(
                    Int64.self, row: 0, column: 0))
        }
    }
}

func say(_ line: String) { CommandLineTool.Output.process.standard(line + "\n") }

/// A value of one run, for the table of all rows: a line of the file that infra/dev/bench names.
func note(_ what: String, _ value: Double) throws {
    guard let path = ProcessInfo.processInfo.environment["MUSTER_BENCH_RESULTS"] else { return }
    guard let file = fopen(path, "a") else { throw Unexpected(description: "\(path) cannot be written to") }
    defer { fclose(file) }
    fputs("\(what)\t\(value)\n", file)
}

/// Delays with their percentiles, exact since all are kept.
struct Delays {
    private(set) var milliseconds: [Double] = []

    mutating func add(_ duration: Duration) { milliseconds.append(duration / .milliseconds(1)) }

    func at(_ share: Double) -> Double {
        let sorted = milliseconds.sorted()
        return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    var text: String {
        String(format: "p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, most %.1f ms", at(0.5), at(0.95), at(0.99), at(1))
    }
}
