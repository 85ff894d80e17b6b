import Contracts
import Foundation
import Testing

/// A Postgres and a Kafka that a test has to itself, to take away and bring back; their data stay meanwhile.
struct OwnServers {
    enum Server: String, CaseIterable { case postgres, kafka }

    private let folder: URL

    init(in folder: URL) { self.folder = folder }

    /// Starts a server, or starts it again where it was.
    ///
    /// - Returns: its URL or bootstrap list.
    @discardableResult
    func up(_ server: Server) throws -> String {
        let options = server == .postgres ? ["--fast"] : []
        return try run(server, ["up"] + options).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func down(_ server: Server, remove: Bool = false) throws {
        try run(server, ["down"] + (remove ? ["--remove"] : []))
    }

    /// `real`, or `embedded`, which forgets everything when it goes.
    func kindOfKafka() throws -> String {
        try run(.kafka, ["kind"]).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL

    @discardableResult
    func run(_ server: Server, _ words: [String]) throws -> String {
        try runScript(server.rawValue, words + [folder.appending(path: server.rawValue).path])
    }

    /// Runs a script of infra/dev.
    @discardableResult
    func runScript(_ script: String, _ words: [String]) throws -> String {
        let process = Process()
        // By what a server that stays inherits, Foundation would take it for the script that is being waited for.
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments =
            [
                "-c",
                """
                for descriptor in /proc/$$/fd/*; do
                    number=${descriptor##*/}
                    if ((number > 2)); then eval "exec $number>&-"; fi
                done
                exec "$@"
                """, "bash", Self.root.appending(path: "infra/dev/\(script)").path,
            ] + words
        // Servers that are given cannot be taken away.
        process.environment = ProcessInfo.processInfo.environment.merging([
            "DATABASE_URL": "", "KAFKA_BOOTSTRAP_SERVERS": "",
        ]) { $1 }
        let output = folder.appending(path: "\(script).out")
        let errors = folder.appending(path: "\(script).err")
        for file in [output, errors] { try Data().write(to: file) }
        // Files, since a server that stays would keep a pipe open.
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Program.Failed(
                description: "infra/dev/\(script) \(words): \(try String(contentsOf: errors, encoding: .utf8))"
            )
        }
        return try String(contentsOf: output, encoding: .utf8)
    }
}
