import Glibc
import Testing
import Threads

/// A member of a group in a process of its own, which a test may stop and kill: see Tests/KafkaProbe.
final class Probe: Sendable {
    let id: pid_t
    private let lines = Lock<[String]>([])

    /// - Parameter arguments: as `kafka-probe` takes them.
    init(_ arguments: [String]) throws {
        let path = try #require(Self.path, "kafka-probe lies beside the tests")
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        defer { posix_spawn_file_actions_destroy(&actions) }
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var id = pid_t()
        let code = posix_spawn(&id, path, &actions, nil, &words, environ)
        close(ends[1])
        try #require(code == 0, "posix_spawn")
        self.id = id
        let descriptor = ends[0]
        SystemThread(name: "probe-output") { self.read(descriptor) }.detach()
    }

    /// What it has said so far.
    var output: [String] { lines.withLock { $0 } }

    func send(_ signal: Int32) { kill(id, signal) }

    /// Kills it, if it lives still, and forgets it.
    func end() {
        kill(id, SIGKILL)
        waitpid(id, nil, 0)
    }

    private func read(_ descriptor: Int32) {
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = Glibc.read(descriptor, &buffer, buffer.count), count > 0 {
            rest += buffer[..<count]
            while let end = rest.firstIndex(of: 10) {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                lines.withLock { $0.append(line) }
                rest.removeSubrange(...end)
            }
        }
        close(descriptor)
    }

    /// Beside the program that runs the tests.
    private static let path: String? = {
        guard
            let folder = CommandLine.arguments.first?.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        else { return nil }
        let path = (folder + ["kafka-probe"]).joined(separator: "/")
        return access(path, X_OK) == 0 ? path : nil
    }()
}
