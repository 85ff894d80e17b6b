import Foundation
import TestSupport
import Testing

struct ChildProcessTests {
    /// Otherwise a test elsewhere that expects its process to exit waits for ever.
    @Test func `a child that nobody asks after leaves nothing behind`() async throws {
        let pid = try ChildProcess.spawn("/bin/true", [], [:], output: "/dev/null", errors: "/dev/null")
        try await eventually("its number is free") { !FileManager.default.fileExists(atPath: "/proc/\(pid)") }
    }

    @Test func `the code of a child can be asked for again and again`() async throws {
        let pid = try ChildProcess.spawn("/bin/sh", ["-c", "exit 3"], [:], output: "/dev/null", errors: "/dev/null")
        #expect(await ChildProcess.end(of: pid) == 3)
        #expect(ChildProcess.code(of: pid) == 3)
    }
}
