import TestSupport
import Testing

@Suite struct EventuallyTests {
    @Test func `a condition that comes true is waited for`() async throws {
        var asked = 0
        try await eventually("asked five times") {
            asked += 1
            return asked == 5
        }
        #expect(asked == 5)
    }

    @Test func `a value that never comes is named with the one expected`() async throws {
        let error = try await #require(throws: NeverHappened.self) {
            try await eventually("rows stored", becomes: 3, within: .milliseconds(20)) { 2 }
        }
        #expect(
            error.description
                == "not within 0.02 seconds: rows stored (it is 2, not 3), at EventuallyTests.swift:\(#line - 3)")
    }

    @Test func `an error in the condition ends the wait`() async throws {
        struct Broken: Error {}
        await #expect(throws: Broken.self) {
            try await eventually("nothing") { throw Broken() }
        }
    }
}

@Suite struct BlockUntilTests {
    @Test func `a condition that comes true is waited for, and one that never does ends the wait`() throws {
        var asked = 0
        try blockUntil("asked five times") {
            asked += 1
            return asked == 5
        }
        #expect(asked == 5)
        #expect(throws: NeverHappened.self) { try blockUntil("nothing", within: .milliseconds(5)) { false } }
    }
}
