public import Foundation

/// A program that a test runs.
///
/// Foundation's `Process` is not enough here: it takes a process for running as long as anything that inherited a socket from
/// it is running, be it a child of its own or one that another test starts at the same moment; and it lets it inherit what
/// signals are blocked in a thread of Swift's pool, which is all of them.
public enum ChildProcess {
    /// Starts a program without waiting for it.
    ///
    /// - Parameters:
    ///   - environment: all of it; nothing is inherited.
    ///   - output: the file that its words are added to, and `errors` likewise; they may be the same.
    /// - Throws: `POSIXError`.
    public static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String: String], output: String, errors: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var pid = pid_t()
        let code = posix_spawn(&pid, path, &actions, &attributes, &words, &variables)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
        reap(pid)
        return pid
    }

    /// Waits for the end, and returns the exit code, or 128 and the number of the signal as a shell does.
    public static func end(of pid: pid_t) async -> Int32 {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: wait(for: pid)) }
        }
    }

    /// The same, holding the thread.
    public static func wait(for pid: pid_t) -> Int32 {
        ended.lock()
        defer { ended.unlock() }
        while true {
            if let code = codes[pid] { return code }
            ended.wait()
        }
    }

    /// The code of a child that has ended; nil while it runs.
    public static func code(of pid: pid_t) -> Int32? { ended.withLock { codes[pid] } }

    /// Guards `codes`, and tells of each that is added.
    private static let ended = NSCondition()
    /// Unsafe to the compiler only: nobody touches it without holding `ended`.
    nonisolated(unsafe) private static var codes: [pid_t: Int32] = [:]

    /// Asks after a child as soon as it has ended, whether or not its test ever does: while one waits to be asked after, the
    /// testing library sees no other child end, and a test that expects its process to exit waits for ever.
    private static func reap(_ pid: pid_t) {
        ended.withLock { codes[pid] = nil }
        Thread.detachNewThread {
            var status: Int32 = 0
            while waitpid(pid, &status, 0) == -1, errno == EINTR {}
            ended.withLock {
                codes[pid] = code(status)
                ended.broadcast()
            }
        }
    }

    private static func code(_ status: Int32) -> Int32 {
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    /// Whether a process runs, be it a child or not. One that has ended but that nobody has asked after yet does not, though it
    /// has its number still: on a busy machine init takes its time.
    public static func isAlive(_ pid: pid_t) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        // The name before the state may hold anything, but ends at the last bracket.
        return stat.split(separator: ")").last.map { !$0.hasPrefix(" Z") } ?? false
    }
}
