import Foundation
import TestSupport

/// A copy of infra/dev in a folder of its own, with stand-ins for the programs: what is tried is how the scripts start and stop
/// processes, whatever these do.
struct Sandbox: Sendable {
    let root: URL
    private let environment: [String: String]

    static func use(_ body: (Sandbox) async throws -> Void) async throws {
        let sandbox = try Sandbox()
        let result: Result<Void, any Error>
        do { result = .success(try await body(sandbox)) } catch { result = .failure(error) }
        // Also of a test that failed or ran out of time nothing must be left running.
        await Task { await sandbox.stopEverything() }.value
        try FileManager.default.removeItem(at: sandbox.root)
        try result.get()
    }

    private func stopEverything() async {
        for stack in [".dev/s", ".dev/demo"] { _ = try? await run("stack", ["down", "--remove", stack]) }
        for server in ["postgres", "kafka"] { _ = try? await run(server, ["down", "--remove", ".dev/\(server)"]) }
    }

    private init() throws {
        let files = FileManager.default
        root = files.temporaryDirectory.resolvingSymlinksInPath().appending(path: "muster-sandbox-\(UUID().uuidString)")
        let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        for folder in ["infra", ".build/release", "bin"] {
            try files.createDirectory(at: root.appending(path: folder), withIntermediateDirectories: true)
        }
        try Self.copy(project.appending(path: "infra/dev"), to: root.appending(path: "infra/dev"))
        var environment = ["LANG": "C.UTF-8", "SWIFT": "true", "MUSTER_SHARED": root.path]
        // An engine that answers would be preferred to what is to be tried here.
        environment["PATH"] = "\(root.path)/bin:\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
        self.environment = environment
        try write("bin/docker", "#!/bin/sh\nexit 1\n")
        try write(".build/release/muster", StandIn.muster)
        for service in ["intake", "dispatch", "credit", "notify"] {
            try write(".build/release/muster-\(service)", StandIn.service)
        }
    }

    func write(_ path: String, _ text: String) throws {
        let file = root.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let draft = root.appending(path: "draft-\(UUID().uuidString)")
        try text.write(to: draft, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: draft.path)
        try Self.copy(draft, to: file)
        try FileManager.default.removeItem(at: draft)
    }

    /// By a process of its own: a file that this one had open for writing as another test forked could not be run as long as
    /// that child had it ("Text file busy").
    private static func copy(_ file: URL, to place: URL) throws {
        let pid = try ChildProcess.spawn(
            "/bin/cp", ["-R", "-p", file.path, place.path], [:], output: "/dev/null", errors: "/dev/null")
        guard ChildProcess.wait(for: pid) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    func read(_ path: String) -> String {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root.appending(path: path).path) }

    /// The process that a record names, which is its first word.
    func process(_ record: String) throws -> pid_t {
        guard let pid = read(record).split(whereSeparator: \.isWhitespace).first.flatMap({ pid_t($0) }) else {
            throw CocoaError(.fileReadNoSuchFile)
        }
        return pid
    }

    struct Outcome: Sendable {
        let code: Int32
        let output: String
        /// What it said to people.
        let words: String
    }

    func start(_ script: String, _ arguments: [String] = [], _ environment: [String: String] = [:]) throws -> Run {
        let name = UUID().uuidString
        let (output, words) = (root.appending(path: "\(name).out").path, root.appending(path: "\(name).err").path)
        // In the sandbox, since the folders that scripts are given are looked for where they are called.
        let call = ["--chdir", root.path, root.appending(path: "infra/dev/\(script)").path] + arguments
        let pid = try ChildProcess.spawn(
            "/usr/bin/env", call,
            self.environment.merging(environment) { $1 }, output: output, errors: words)
        return Run(sandbox: self, name: name, pid: pid)
    }

    func run(
        _ script: String, _ arguments: [String] = [], _ environment: [String: String] = [:]
    ) async throws -> Outcome {
        try await start(script, arguments, environment).end()
    }

    /// A process that no script started.
    func stranger() throws -> pid_t {
        try ChildProcess.spawn(
            "/usr/bin/tail", ["-f", "/dev/null"], [:], output: "/dev/null", errors: "/dev/null")
    }

    /// A script under way.
    struct Run: Sendable {
        let sandbox: Sandbox
        let name: String
        let pid: pid_t

        var words: String { sandbox.read("\(name).err") }

        func end() async -> Outcome {
            let code = await ChildProcess.end(of: pid)
            return Outcome(code: code, output: sandbox.read("\(name).out"), words: words)
        }
    }
}
