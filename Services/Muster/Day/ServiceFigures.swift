import Contracts
import FoundationEssentials
import HTTPClient
import Postgres
import ServiceKit

/// What a service took of the machine, and what it left undone.
struct ServiceFigures: Sendable, Encodable {
    let name: String
    /// What one process may hold at a day's end, however large the day.
    static let allowedMB = 100

    /// Resident memory at the day's end, of its largest process, as the kernel counts it.
    let rssMB: Int
    /// From a process's start until it was ready, of the slowest; nil where none said.
    let readyMS: Int?
    /// Of a hundred batches ninety-nine were committed within this time; of its slowest process, as fine as its buckets are.
    let batchMS: Int?
    /// The same from an event's commit until Kafka acknowledged it.
    let publishedMS: Int?
    /// Records that its stored positions have not reached.
    let lag: Int
    /// Records that it could not take.
    let dead: Int

    private enum CodingKeys: String, CodingKey {
        case name
        case rssMB = "rss_mb"
        case readyMS = "ready_ms"
        case batchMS = "batch_p99_ms"
        case publishedMS = "published_p99_ms"
        case lag, dead
    }

    /// - Parameter lag: by service.
    static func read(_ stack: Stack, _ database: PostgresConnection, lag: [ServiceName: Int]) async throws -> [Self] {
        let client = try Client(Client.Settings())
        var figures: [Self] = []
        for service in ServiceName.allCases where stack.services[service.rawValue] != nil {
            let processes = (stack.processes ?? []).filter { $0.service == service.rawValue }
            var pages: [Exposition] = []
            for process in processes {
                let request = Client.Request(.get, process.url + "/metrics", timeout: .seconds(5))
                if let answer = try? await client.send(request), answer.status == .ok {
                    pages.append(Exposition(String(decoding: answer.body, as: UTF8.self)))
                }
            }
            figures.append(
                Self(
                    name: service.rawValue, rssMB: processes.map(residentMegabytes).max() ?? 0,
                    readyMS: pages.compactMap { $0.milliseconds("muster_ready_after_seconds") }.max(),
                    batchMS: pages.compactMap { $0.milliseconds(ofShare: 0.99, "muster_batch_seconds") }.max(),
                    publishedMS: pages.compactMap { $0.milliseconds(ofShare: 0.99, "muster_outbox_age_seconds") }.max(),
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

/// Figures from a page of metrics.
private struct Exposition {
    private let lines: [Substring]

    init(_ text: String) { lines = text.split(separator: "\n") }

    func milliseconds(_ name: String) -> Int? {
        lines.first { $0.hasPrefix(name + " ") }.flatMap { Self.value($0) }.map { Int($0 * 1_000) }
    }

    /// The upper bound of the bucket that the share's observation lies in; nil where nothing was observed.
    func milliseconds(ofShare share: Double, _ histogram: String) -> Int? {
        var buckets: [Double: Double] = [:]
        for line in lines where line.hasPrefix(histogram + "_bucket{") {
            guard let label = line.firstRange(of: "le=\""), let count = Self.value(line) else { continue }
            let bound = line[label.upperBound...].prefix { $0 != "\"" }
            buckets[Double(bound) ?? .infinity, default: 0] += count
        }
        guard let all = buckets[.infinity], all > 0 else { return nil }
        let bound = buckets.filter { $0.value >= all * share }.keys.min() ?? .infinity
        return bound.isFinite ? Int((bound * 1_000).rounded(.up)) : nil
    }

    private static func value(_ line: Substring) -> Double? { line.split(separator: " ").last.flatMap { Double($0) } }
}
