import Contracts
import Foundation
import TestSupport
import Testing

/// `make run` ends with lines to paste: the lines themselves are run.
@Suite(.timeLimit(.minutes(10)))
struct PastedLinesTests {
    @Test(.needsPostgres, .needsRealKafka)
    func `the lines that make run prints report a finding, blow a whistle and read the notice`() async throws {
        let script = URL(filePath: #filePath).appending(path: "../../../infra/dev/run").standardized
        let text = try String(contentsOf: script, encoding: .utf8)
        let start = try #require(text.firstRange(of: "paste:\n")).upperBound
        let end = try #require(text[start...].firstRange(of: "\nEND")).lowerBound
        let lines = Self.waiting + text[start..<end]
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

            let printed = try Self.bash(lines, in: folder)
            let taken = printed.split(separator: #""verdict":"taken""#).count - 1
            #expect(taken == 2 && printed.contains(#""id":"f-1""#) && printed.contains(#""id":"w-1""#), "\(printed)")
            #expect(printed.contains("muster.whistle.blown.v1"), "\(printed)")
        }
    }

    /// On a machine that tests, the moment that the lines sleep is as long as what they sleep for: first a case, then a notice.
    private static let waiting = #"""
        slept=0
        sleep() {
            slept=$((slept + 1))
            for _ in {1..600}; do
                if ((slept == 1)); then
                    curl -s "$DISPATCH/v1/cases?unit=371082007025&status=assigned" -H "Authorization: Bearer $COMMUNITY_TOKEN"
                else
                    curl -s "$NOTIFY/v1/inbox" -H "Authorization: Bearer $DEPARTMENT_TOKEN"
                fi | grep -q '"handling"\|whistle.blown' && return
                command sleep 0.2
            done
        }

        """#

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
