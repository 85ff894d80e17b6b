import Glibc
import Threads

/// Runs a command line, on a thread of its own.
enum Shell {
    struct Failure: Error {
        let command: String
        let output: String
    }

    /// What the command printed, both streams.
    @discardableResult
    static func run(_ command: String) async throws -> String {
        let (status, output) = await withCheckedContinuation { continuation in
            SystemThread(name: "shell") { continuation.resume(returning: execute(command)) }.detach()
        }
        guard status == 0 else { throw Failure(command: command, output: output) }
        return output
    }

    /// Whether all of the programs can be found.
    static func has(_ programs: String...) -> Bool {
        programs.allSatisfy { execute("command -v \($0)").status == 0 }
    }

    private static func execute(_ command: String) -> (status: Int32, output: String) {
        guard let stream = popen("exec 2>&1; \(command)", "r") else { return (-1, "popen failed") }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 { output += buffer[..<count] }
        return (pclose(stream), String(decoding: output, as: UTF8.self))
    }
}
