import Contracts
import FoundationEssentials
import HTTPClient
import Postgres
import ServiceKit

/// What a service took of the machine, and what it left undone.
struct ServiceFigures: Sendable, Encodable {
    let name: String
    /// Resident memory at the day's end, of its largest process, as the kernel counts it.
    let rssMB: Int
    /// From a process's start until it was ready, of the slowest; nil where none said.
    let readyMS: Int?
    /// Records that its stored positions have not reached.
    let lag: Int
    /// Records that it could not take.
    let dead: Int

    private enum CodingKeys: String, CodingKey {
        case name
        case rssMB = "rss_mb"
        case readyMS = "ready_ms"
        case lag, dead
    }

    /// - Parameter lag: by service.
    static func read(_ stack: Stack, _ database: PostgresConnection, lag: [ServiceName: Int]) async throws -> [Self] {
        let client = try Client(Client.Settings())
        var figures: [Self] = []
        for service in ServiceName.allCases where stack.services[service.rawValue] != nil {
            let processes = (stack.processes ?? []).filter { $0.service == service.rawValue }
            var ready: [Int] = []
            for process in processes {
                if let milliseconds = await readyAfter(process, client) { ready.append(milliseconds) }
            }
            figures.append(
                Self(
                    name: service.rawValue, rssMB: processes.map(residentMegabytes).max() ?? 0, readyMS: ready.max(),
                    lag: lag[service] ?? 0, dead: try await dead(service, database)))
        }
        await client.close()
        return figures
    }

    private static func dead(_ service: ServiceName, _ database: PostgresConnection) async throws -> Int {
        let sum = Statement(
            "dead_\(service.rawValue)", "select coalesce(sum(dead), 0)::int8 from \(service.rawValue).stage_count")
        return try await database.run { Int(try $0.query(sum).value(Int64.self, row: 0, column: 0)) }
    }

    private static func readyAfter(_ process: Stack.Process, _ client: Client) async -> Int? {
        let request = Client.Request(.get, process.url + "/metrics", timeout: .seconds(5))
        guard let answer = try? await client.send(request), answer.status == .ok else { return nil }
        let line = String(decoding: answer.body, as: UTF8.self).split(separator: "\n").first {
            $0.hasPrefix("muster_ready_after_seconds")
        }
        return line?.split(separator: " ").last.flatMap { Double($0) }.map { Int($0 * 1_000) }
    }

    private static func residentMegabytes(_ process: Stack.Process) -> Int {
        guard
            let pid = try? String(contentsOfFile: process.process, encoding: .utf8)
                .split(whereSeparator: \.isWhitespace).first,
            let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
                Int($0)
            })
        else { return 0 }
        return kilobytes / 1_024
    }
}
