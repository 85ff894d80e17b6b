import FoundationEssentials
import Glibc

/// Kills processes of the stack as the day goes, at steps and of services drawn from the seed, and starts them again.
struct Killer {
    private let stack: Stack
    private var random: SeededGenerator
    private let at: Set<Int>

    init(stack: Stack, seed: UInt64, kills: Int, steps: Int) {
        self.stack = stack
        random = SeededGenerator(seed: seed, "kills")
        var at: Set<Int> = []
        while at.count < min(kills, steps) { at.insert(random.integer(1...steps)) }
        self.at = at
    }

    mutating func maybeKill(_ step: Int) async throws {
        guard at.contains(step), let processes = stack.processes, !processes.isEmpty else { return }
        let victim = random.pick(processes)
        guard
            let pid = try? String(contentsOfFile: victim.process, encoding: .utf8).split(whereSeparator: \.isWhitespace)
                .first,
            let number = pid_t(pid)
        else { throw DayFailure("\(victim.process) does not name a process") }
        kill(number, SIGKILL)
        try start(victim)
    }

    private func start(_ victim: Stack.Process) throws {
        var pid = pid_t()
        var arguments = victim.start.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        let code = posix_spawn(&pid, victim.start[0], nil, nil, &arguments, environ)
        guard code == 0 else { throw DayFailure("\(victim.service) could not be started again: error \(code)") }
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }
}
