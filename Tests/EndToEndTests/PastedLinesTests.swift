import Contracts
import Foundation
import TestSupport
import Testing

/// `make run` ends with lines to paste: the lines themselves are run.
@Suite(.timeLimit(.minutes(3)))
struct PastedLinesTests {
    @Test(.needsPostgres, .needsRealKafka)
    func `the lines that make run prints report a finding, blow a whistle and read the notice`() async throws {
        let script = URL(filePath: #filePath).appending(path: "../../../infra/dev/run").standardized
        let text = try String(contentsOf: script, encoding: .utf8)
        let start = try #require(text.firstRange(of: "paste:\n")).upperBound
        let end = try #require(text[start...].firstRange(of: "\nEND")).lowerBound
        // A machine that tests has more to do than one on which somebody tries Muster.
        let lines = text[start..<end].replacing("sleep 1;", with: "sleep 4;")
        try await Deployment.use { city in
            let folder = FileManager.default.temporaryDirectory.appending(path: "muster-paste-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            try FileManager.default.createDirectory(
                at: folder.appending(path: ".dev"), withIntermediateDirectories: true)
            var variables = ServiceName.allCases.map { "\($0.rawValue.uppercased())=\(city[$0.rawValue].url)" }
            for role in ["grid", "community", "department"] {
                variables.append("\(role.uppercased())_TOKEN=\(try city.token("--role", role))")
            }
            try variables.joined(separator: "\n").write(
                to: folder.appending(path: ".dev/stack.env"), atomically: true, encoding: .utf8)

            let printed = try Self.bash(String(lines), in: folder)
            let taken = printed.split(separator: #""verdict":"taken""#).count - 1
            #expect(taken == 2 && printed.contains(#""id":"f-1""#) && printed.contains(#""id":"w-1""#), "\(printed)")
            #expect(printed.contains("muster.whistle.blown.v1"), "\(printed)")
        }
    }

    private static func bash(_ lines: String, in folder: URL) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", lines]
        process.currentDirectoryURL = folder
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text
    }
}
