import Foundation
import TestSupport
import Testing
import Threads

@testable import ServiceKit

/// What a backlog took does not stay with the process.
@Suite(
    .timeLimit(.minutes(2)),
    .enabled("a sanitizer has a heap of its own") {
        ProcessInfo.processInfo.environment["ASAN_OPTIONS"] == nil
    })
struct FreeMemoryTests {
    /// Resident, in bytes.
    private static func resident() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return try #require(Int(text.split(separator: " ")[1])) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    @Test func `what lies free between values that are kept is given back`() async throws {
        // Given 100 MB in small pieces, of which every thousandth is kept
        var pieces = (0..<100_000).map { [UInt8](repeating: UInt8($0 % 251 + 1), count: 1_000) }
        let full = try Self.resident()
        pieces = pieces.enumerated().filter { $0.offset % 1_000 == 0 }.map(\.element)
        // When what is free is looked for
        let tidying = Task { await FreeMemory.run(every: .milliseconds(10)) }
        defer { tidying.cancel() }
        // Then most of it goes, and what was kept is as it was
        try await eventually("it is given back", within: .seconds(30)) {
            try full - Self.resident() > 50 << 20
        }
        #expect(pieces.enumerated().allSatisfy { $0.element[999] == UInt8($0.offset * 1_000 % 251 + 1) })
    }

    @Test func `a little is kept`() {
        #expect(!Heap.giveBack(above: .max))
    }
}
