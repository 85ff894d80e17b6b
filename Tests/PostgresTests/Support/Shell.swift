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

    /// Whether the command ends well. For what takes no time: it blocks the caller.
    static func succeeds(_ command: String) -> Bool { execute(command).status == 0 }

    /// Starts a command which is to end when its standard input does, and lends it to `body`.
    ///
    /// The kernel closes that input also when this process dies, however it dies: nothing is left running.
    static func whileRunning(_ command: String, _ body: () async throws -> Void) async throws {
        guard let input = popen(command, "we") else { throw Failure(command: command, output: "popen failed") }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        let stream = Stream(file: input)
        await withCheckedContinuation { continuation in
            SystemThread(name: "shell") {
                pclose(stream.file)
                continuation.resume()
            }.detach()
        }
        try result.get()
    }

    /// Handed to the one thread that closes it.
    private struct Stream: @unchecked Sendable {
        let file: UnsafeMutablePointer<FILE>
    }

    private static func execute(_ command: String) -> (status: Int32, output: String) {
        guard let stream = popen("exec 2>&1; \(command)", "re") else { return (-1, "popen failed") }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 { output += buffer[..<count] }
        return (pclose(stream), String(decoding: output, as: UTF8.self))
    }
}
