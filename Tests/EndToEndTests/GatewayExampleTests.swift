import Foundation
import TestSupport
import Testing

/// docs/gateways.md shows a gateway in Python: the text itself is run.
@Suite(.timeLimit(.minutes(5)))
struct GatewayExampleTests {
    private static let hasPackages =
        (try? run(["-c", "import cloudevents.core, confluent_kafka"], [:])) != nil

    @Test(
        .needsPostgres, .needsRealKafka,
        .enabled(if: hasPackages, "needs Python with packages: pip install 'cloudevents>=2' confluent-kafka"))
    func `the Python gateway of the documents sends a finding, and reads its receipt`() async throws {
        let page = URL(filePath: #filePath).appending(path: "../../../docs/gateways.md").standardized
        let text = try String(contentsOf: page, encoding: .utf8)
        let start = try #require(text.firstRange(of: "```python\n")).upperBound
        let end = try #require(text[start...].firstRange(of: "```\n")).lowerBound
        let program = String(text[start..<end])
        try await Deployment.use { city in
            let environment = [
                "KAFKA_BOOTSTRAP_SERVERS": city.kafka.bootstrap, "MUSTER_TOPIC_PREFIX": city.kafka.prefix,
            ]
            let printed = try Self.run(["-c", program], environment)
            #expect(printed == "taken\n")
            let stored = try await city.count("select count(*) from intake.finding where reporter = 'p-grid-1'")
            #expect(stored == 1)
        }
    }

    private static func run(_ arguments: [String], _ environment: [String: String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Program.Failed(description: text) }
        return text
    }
}
