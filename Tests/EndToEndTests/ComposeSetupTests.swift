import Contracts
import Foundation
import TestSupport
import Testing

/// What `docker compose up` runs before the services: where it fails, they wait for ever.
@Suite(.timeLimit(.minutes(3)))
struct ComposeSetupTests {
    private static let file = URL(filePath: #filePath).appending(path: "../../../docker-compose.yml").standardized

    @Test(.needsPostgres, .needsRealKafka)
    func `the set-up of docker-compose.yml makes keys, topics and schemas, and does so again`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "muster-setup-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = try String(contentsOf: Self.file, encoding: .utf8)
            .replacing("/var/lib/muster", with: folder.path).replacing("$$", with: "$")
        let script = try #require(Self.block("bash\n      - -euc\n      - |\n", in: text, indented: 8))
        // What all containers of Muster are given
        let shared = try #require(Self.block("x-environment: &environment\n", in: text, indented: 2))
        var environment: [String: String] = [:]
        for line in shared.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            environment[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        #expect(environment["MUSTER_COLUMN_KEYS_FILE"]?.hasPrefix(folder.path) == true)
        let kafka = try TestKafka()
        environment["MUSTER_KAFKA_BOOTSTRAP"] = kafka.bootstrap
        environment["MUSTER_TOPIC_PREFIX"] = kafka.prefix
        for service in ServiceName.allCases { environment["MUSTER_\(service.rawValue.uppercased())_PASSWORD"] = "test" }
        let programs = Program.url("muster").deletingLastPathComponent().standardized.path
        environment["PATH"] = "\(programs):/usr/bin:/bin"

        try await ScratchDatabase.use { [environment] database in
            let all = environment.merging(["MUSTER_POSTGRES_URL": database.url]) { $1 }
            for _ in 0..<2 { try Self.bash(script, all) }
            try Program.run("muster", ["topics", "remove"], environment: all)
        }
        for key in ["jwks.json", "column.keys"] {
            let path = folder.appending(path: "keys/\(key)").path
            #expect(FileManager.default.fileExists(atPath: path), "\(key)")
        }
    }

    /// The lines after the mark that are indented that far, without their indentation.
    private static func block(_ mark: String, in text: String, indented: Int) -> String? {
        guard let start = text.firstRange(of: mark)?.upperBound else { return nil }
        let margin = String(repeating: " ", count: indented)
        return text[start...].split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { $0.hasPrefix(margin) }.map { String($0.dropFirst(indented)) }.joined(separator: "\n")
    }

    private static func bash(_ script: String, _ environment: [String: String]) throws {
        let output = FileManager.default.temporaryDirectory.appending(path: "muster-output-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: output) }
        let pid = try ChildProcess.spawn(
            "/bin/bash", ["-euc", script], environment, output: output.path, errors: output.path)
        let code = ChildProcess.wait(for: pid)
        let words = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
        #expect(code == 0, "it ended with \(code): \(words)")
    }
}
