import Contracts
import Foundation
import HTTPClient
import TestSupport
import Testing

/// What alerts and the dashboard ask for must be there, or they are silent for ever.
@Suite(.timeLimit(.minutes(5)))
struct LiveMetricsTests {
    private static let infra = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../infra")
        .standardizedFileURL
    private static let rules = infra.appending(path: "prometheus/rules/muster.yml")
    private static let dashboard = infra.appending(path: "grafana/dashboards/muster.json")

    private static func names(in file: URL) throws -> Set<String> {
        let text = try String(contentsOf: file, encoding: .utf8)
        return Set(text.matches(of: /\b((?:muster|process)_[a-z_]+)\b/).map { String($0.1) })
    }

    /// The names of samples that a page of metrics has, or would have once something happens.
    private func samples(_ page: String) -> Set<String> {
        var names: Set<String> = []
        for line in page.split(separator: "\n") where line.hasPrefix("# TYPE ") {
            let words = line.split(separator: " ")
            let name = String(words[2])
            if words[3] == "histogram" { names.formUnion(["_bucket", "_count", "_sum"].map { name + $0 }) }
            names.insert(name)
        }
        return names
    }

    @Test(.needsPostgres, .needsRealKafka)
    func `every metric of a rule or of the dashboard is in a live service`() async throws {
        try await Deployment.use { city in
            let token = try city.token("--role", "grid")
            _ = try await city.post(
                "intake", "/v1/findings", token: token, Item(id: "f-1", time: City.now(), payload: City.finding()))
            var pages: [String: Set<String>] = [:]
            for program in city.programs {
                let answer = try await city.client.send(.init(.get, program.url + "/metrics"))
                pages[program.name] = samples(String(decoding: answer.body, as: UTF8.self))
            }
            let everywhere = pages.values.reduce(pages["intake"] ?? []) { $0.intersection($1) }
            let anywhere = pages.values.reduce(Set<String>()) { $0.union($1) }
            for file in [Self.rules, Self.dashboard] {
                let asked = try Self.names(in: file)
                #expect(asked.count > 10)
                #expect(asked.subtracting(anywhere).sorted() == [], "\(file.lastPathComponent)")
                // What only one service has says so by its name.
                let special = asked.subtracting(everywhere).filter { !$0.hasPrefix("muster_notify_") }
                #expect(special.sorted() == [], "\(file.lastPathComponent)")
            }
        }
    }

    /// The stretches of 64 MB that the C library keeps for threads, besides its first heap.
    private static func heaps(ofProcess pid: String) throws -> Int {
        let stretch = 64 << 20
        return try String(contentsOfFile: "/proc/\(pid)/maps", encoding: .utf8).split(separator: "\n").count { line in
            // from-to rights offset device inode, and the name of a file
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            let bounds = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            return words.count == 5 && words[1] == "rw-p" && bounds.count == 2 && bounds[0] % UInt(stretch) == 0
                && bounds[1] - bounds[0] <= stretch
        }
    }

    @Test(.needsPostgres, .needsRealKafka)
    func `a service's threads share their memory`() async throws {
        try await Deployment.use { city in
            for program in city.programs {
                let pid = try String(contentsOf: program.processFile, encoding: .utf8)
                    .trimmingCharacters(in: .whitespacesAndNewlines)
                let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task").count
                #expect(threads > 10)
                // One for all besides the first; each thread would have its own, up to eight for each processor.
                let heaps = try Self.heaps(ofProcess: pid)
                #expect(heaps <= 3, "\(program.name): \(heaps) heaps of \(threads) threads")
            }
        }
    }

    private static let promtool = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(.enabled("needs promtool, from Debian's package prometheus") { promtool != nil })
    func `Prometheus itself takes the rules`() throws {
        let process = Process()
        process.executableURL = URL(filePath: try #require(Self.promtool))
        process.arguments = ["check", "rules", Self.rules.path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
    }
}
