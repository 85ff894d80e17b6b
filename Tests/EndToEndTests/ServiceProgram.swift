import Foundation
import Synchronization
import TestSupport
import Testing

/// A service's real executable as a process of its own, to be started, killed and started again.
final class ServiceProgram: Sendable {
    let name: String
    let replica: Int
    let port: UInt16
    private let environment: [String: String]
    private let log: URL
    private let process = Mutex<Child?>(nil)

    private struct Child {
        let pid: pid_t
        /// Once it has ended.
        var code: Int32?

        mutating func look() -> Int32? {
            if code == nil { code = ChildProcess.code(of: pid) }
            return code
        }

        mutating func wait() -> Int32 {
            let found = code ?? ChildProcess.wait(for: pid)
            code = found
            return found
        }
    }

    init(_ name: String, replica: Int, environment: [String: String], logs: URL) throws {
        self.name = name
        self.replica = replica
        port = try FreePort.next()
        log = logs.appending(path: "\(name)-\(replica).log")
        self.environment = environment.merging([
            "MUSTER_HTTP_PORT": "\(port)", "MUSTER_REPLICA": "\(name)-\(replica)", "MUSTER_LOG_FORMAT": "text",
        ]) { $1 }
        try Data().write(to: log)
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// Where the id of its present process is written, for `muster day` to kill it by.
    var processFile: URL { log.deletingPathExtension().appendingPathExtension("process") }

    /// A script that starts it again, as an operator's tooling would.
    func writeStartScript() throws -> URL {
        let script = log.deletingPathExtension().appendingPathExtension("start")
        let variables = environment.map { "export \($0.key)='\($0.value)'" }.sorted().joined(separator: "\n")
        let text = """
            #!/bin/bash
            \(variables)
            setsid '\(Program.url("muster-\(name)").path)' >>'\(log.path)' 2>&1 </dev/null &
            echo $! >'\(processFile.path).new' && mv '\(processFile.path).new' '\(processFile.path)'
            """
        try Data(text.utf8).write(to: script)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
        return script
    }

    /// Ends a process that the script has started.
    func killRestarted() {
        guard let text = try? String(contentsOf: processFile, encoding: .utf8),
            let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines))
        else { return }
        Foundation.kill(pid, SIGKILL)
    }

    /// - Parameter other: settings in place of its own.
    func start(with other: [String: String] = [:]) throws {
        let pid = try ChildProcess.spawn(
            Program.url("muster-\(name)").path, [], environment.merging(other) { $1 }, output: log.path,
            errors: log.path)
        try Data("\(pid)\n".utf8).write(to: processFile)
        process.withLock { $0 = Child(pid: pid) }
    }

    /// SIGKILL: what the process was doing is cut at that point.
    func kill() { _ = end(by: SIGKILL) }

    /// SIGTERM, and the exit code.
    func stop() -> Int32 { end(by: SIGTERM) }

    private func end(by signal: Int32) -> Int32 {
        process.withLock { process in
            guard var child = process else { return 0 }
            if child.look() == nil { Foundation.kill(child.pid, signal) }
            defer { process = child }
            return child.wait()
        }
    }

    var isRunning: Bool {
        process.withLock { process in
            guard var child = process else { return false }
            defer { process = child }
            return child.look() == nil
        }
    }

    /// All that it logged.
    var words: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// The last lines that it logged, for a test's failure.
    var lastWords: String {
        words.split(separator: "\n").suffix(15).joined(separator: "\n")
    }
}

/// Executables beside the test's own.
enum Program {
    static func url(_ name: String) -> URL {
        // .build/debug/<package>PackageTests.xctest is run, or loaded by a runner that is given its path.
        let folder = CommandLine.arguments.map { URL(filePath: $0).deletingLastPathComponent() }
            .first { FileManager.default.isExecutableFile(atPath: $0.appending(path: name).path) }
        return (folder ?? URL(filePath: ".build/debug")).appending(path: name)
    }

    /// Runs a program to its end.
    ///
    /// - Throws: `Failed` with what it wrote, unless it ends with 0.
    @discardableResult
    static func run(_ name: String, _ arguments: [String], environment: [String: String] = [:]) throws -> String {
        let output = FileManager.default.temporaryDirectory.appending(path: "muster-output-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: output) }
        let pid = try ChildProcess.spawn(
            url(name).path, arguments, ProcessInfo.processInfo.environment.merging(environment) { $1 },
            output: output.path, errors: output.path)
        let code = ChildProcess.wait(for: pid)
        let text = String(decoding: (try? Data(contentsOf: output)) ?? Data(), as: UTF8.self)
        guard code == 0 else {
            throw Failed(description: "\(name) \(arguments.joined(separator: " ")) ended with \(code): \(text)")
        }
        return text
    }

    /// The same, for what takes long.
    static func runAside(_ name: String, _ arguments: [String]) async throws {
        try await aside { _ = try run(name, arguments) }
    }

    /// Does what blocks without holding any of the threads that other tests run on.
    static func aside<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try body() })
            }
        }
    }

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }
}

enum FreePort {
    /// A port that nobody listens on now, of below those that Linux gives to outgoing connections: one of these could be taken
    /// before the service listens on it. None is given out twice for long.
    static func next() throws -> UInt16 {
        for _ in 0..<200 {
            let port = last.withLock { last in
                last = last < 15_999 ? last + 1 : 12_000
                return last
            }
            if try isFree(port) { return port }
        }
        throw POSIXError(.EADDRNOTAVAIL)
    }

    private static let last = Mutex(UInt16.random(in: 12_000..<16_000))

    private static func isFree(_ port: UInt16) throws -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw POSIXError(.EMFILE) }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(descriptor, raw, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
