import Foundation
import Threads

/// The log of all runs, one JSON object a line: kept from run to run, so that kills add up and a broken seed is not forgotten.
final class Journal: Sendable {
    struct Entry: Codable, Sendable {
        enum Kind: String, Codable { case kill, missed, passed, broken, skipped }

        var kind: Kind
        var scenario: String
        var seed: UInt64
        var point: String?
        var service: String?
        /// What was under way in it: batches, outbox reads, sends, timers.
        var inFlight: [Int]?
        var seconds: Double?
        var detail: String?
    }

    private let file: URL
    private let entries: Lock<[Entry]>

    init(_ file: URL) throws {
        self.file = file
        if !FileManager.default.fileExists(atPath: file.path) {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: file)
        }
        let text = try String(contentsOf: file, encoding: .utf8)
        // A line that was cut off by a kill of the harness itself is no entry.
        entries = Lock(
            text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Entry.self, from: Data($0.utf8)) })
    }

    var all: [Entry] { entries.withLock { $0 } }

    func add(_ entry: Entry) {
        entries.withLock { $0.append(entry) }
        guard let data = try? JSONEncoder().encode(entry), let handle = try? FileHandle(forWritingTo: file) else {
            return
        }
        _ = try? handle.seekToEnd()
        try? handle.write(contentsOf: data + [0x0a])
        try? handle.close()
    }

    /// Kills by point, and what became of each scenario's runs.
    var summary: String {
        let all = all
        let kills = all.filter { $0.kind == .kill }
        var lines = ["\(kills.count) kills with something in flight:"]
        for (point, entries) in Dictionary(grouping: kills, by: { $0.point ?? "at random" }).sorted(by: {
            $0.key < $1.key
        }) {
            lines.append("  \(point): \(entries.count)")
        }
        let runs = all.filter { [.passed, .broken, .skipped].contains($0.kind) }
        for (scenario, entries) in Dictionary(grouping: runs, by: \.scenario).sorted(by: { $0.key < $1.key }) {
            let broken = entries.filter { $0.kind == .broken }
            let seeds = broken.map { "\($0.seed)" }.joined(separator: ", ")
            let seconds = entries.reduce(0) { $0 + ($1.seconds ?? 0) }
            lines.append(
                "\(scenario): \(entries.count { $0.kind == .passed }) passed, \(broken.count) broken\(seeds.isEmpty ? "" : " (seeds \(seeds))"), \(entries.count { $0.kind == .skipped }) skipped, \(Int(seconds)) s"
            )
        }
        return lines.joined(separator: "\n")
    }
}
