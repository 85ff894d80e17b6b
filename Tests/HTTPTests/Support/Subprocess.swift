import Glibc

/// A program that runs beside a test and ends with it.
final class Subprocess {
    struct Failure: Error { let description: String }

    private let id: pid_t
    private let output: Int32

    init(_ path: String, _ arguments: [String]) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(description: "pipe") }
        output = ends[0]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        var id: pid_t = 0
        var pointers = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        let code = posix_spawn(&id, path, &actions, nil, &pointers, environ)
        close(ends[1])
        guard code == 0 else { throw Failure(description: "\(path): \(String(cString: strerror(code)))") }
        self.id = id
    }

    deinit {
        kill(id, SIGKILL)
        var status: Int32 = 0
        waitpid(id, &status, 0)
        close(output)
    }

    /// What it prints until a line begins with `prefix`; that line's rest.
    func line(after prefix: String) throws -> String {
        var text: [UInt8] = []
        var byte: UInt8 = 0
        while read(output, &byte, 1) == 1 {
            guard byte == UInt8(ascii: "\n") else {
                text.append(byte)
                continue
            }
            let line = String(decoding: text, as: UTF8.self)
            if line.hasPrefix(prefix) { return String(line.dropFirst(prefix.count)) }
            text = []
        }
        throw Failure(description: "it ended without a line that begins with \(prefix)")
    }

    /// Runs a program to its end.
    static func run(_ path: String, _ arguments: [String]) throws {
        let process = try Subprocess(path, arguments)
        var status: Int32 = 0
        waitpid(process.id, &status, 0)
        guard status == 0 else { throw Failure(description: "\(path) \(arguments) failed") }
    }
}
