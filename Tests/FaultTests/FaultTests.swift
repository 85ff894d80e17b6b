import Foundation
import TestSupport
import Testing

/// The short part of `make faults`, with a fixed seed: harm that needs no failpoints, to the programs as they are tested.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct FaultTests {
    @Test(
        .needsPostgres, .needsRealKafka,
        arguments: [("kills-at-random", 6), ("terminations", 3), ("replies-lost", 6), ("copies", 1), ("calm", 1)])
    func `nothing is lost and nothing is done twice`(scenario: String, rounds: Int) async throws {
        let journal = FileManager.default.temporaryDirectory.appending(path: "faults-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: journal) }
        let kafka = try TestKafka()
        let (code, text) = try await run([
            "run", "--scenario", scenario, "--seed", "1", "--rounds", "\(rounds)", "--journal", journal.path,
            "--kafka", kafka.bootstrap, "--programs", Self.folder.path,
        ])
        #expect(code == 0, "\(text)")
        #expect(text.contains("passed  \(scenario)"), "\(text)")
    }

    /// What kills and stops by order must not be in anything that is shipped, and is in nothing that is built as usual.
    @Test(arguments: ["muster-intake", "muster-dispatch", "muster-credit", "muster-notify", "muster"])
    func `a usual build has no failpoints in it`(program: String) throws {
        let file = Self.folder.appending(path: program)
        let data = try Data(contentsOf: file, options: .alwaysMapped)
        for variable in ["MUSTER_FAULTS", "MUSTER_GUARDS_OFF"] {
            #expect(data.range(of: Data(variable.utf8)) == nil, "\(program) reads \(variable)")
        }
    }

    /// The executables beside the test's own.
    private static let folder: URL =
        CommandLine.arguments.map { URL(filePath: $0).deletingLastPathComponent() }.first {
            FileManager.default.isExecutableFile(atPath: $0.appending(path: "fault-harness").path)
        } ?? URL(filePath: ".build/debug")

    /// On a thread of its own: it takes long, and must hold none of those that other tests run on.
    private func run(_ arguments: [String]) async throws -> (Int32, String) {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let process = Process()
                        process.executableURL = Self.folder.appending(path: "fault-harness")
                        process.arguments = arguments
                        let output = Pipe()
                        process.standardOutput = output
                        process.standardError = output
                        try process.run()
                        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                        process.waitUntilExit()
                        return (process.terminationStatus, text)
                    })
            }
        }
    }
}
