import Foundation
import Synchronization

/// Runs Muster's own command line, and the scripts that the servers are started with.
struct Programs: Sendable {
    let folder: URL
    let root: URL

    /// - Throws: `Broken` with what it said, unless it ends with 0.
    @discardableResult
    func muster(_ arguments: [String], _ environment: [String: String] = [:]) throws -> String {
        try Self.run(folder.appending(path: "muster"), arguments, environment)
    }

    @discardableResult
    func script(_ name: String, _ arguments: [String]) throws -> String {
        try Self.run(root.appending(path: "infra/dev/\(name)"), arguments, [:])
    }

    /// By `posix_spawn`, not by Foundation's `Process`, which waits until all that inherited its socket have ended: a server that
    /// a script starts would never let it go on.
    @discardableResult
    static func run(_ program: URL, _ arguments: [String], _ environment: [String: String]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "fault-harness-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, file.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var words = ([program.path] + arguments).map { strdup($0) } + [nil]
        var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + settings).forEach { free($0) } }
        var pid = pid_t()
        let line = ([program.lastPathComponent] + arguments).joined(separator: " ")
        let code = posix_spawn(&pid, program.path, &actions, nil, &words, &settings)
        guard code == 0 else { throw Broken("\(line) could not be started: error \(code)") }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        guard status == 0 else { throw Broken("\(line) ended with \(status): \(text)") }
        return text
    }

    /// A port that nobody listens on now, of below those that Linux gives to outgoing connections: one of these could be taken
    /// before the service listens on it. None is given out twice for long.
    static func freePort() throws -> UInt16 {
        for _ in 0..<200 {
            let port = lastPort.withLock { last in
                last = last < 19_899 ? last + 1 : 16_000
                return last
            }
            if isFree(port) { return port }
        }
        throw POSIXError(.EADDRNOTAVAIL)
    }

    private static let lastPort = Mutex(UInt16.random(in: 16_000..<19_900))

    private static func isFree(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
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
