import Glibc
import Testing
import Threads

@testable import Telemetry

@Suite struct DescriptorSinkTests {
    /// A pipe that is closed at the end of the body.
    func withPipe(_ flags: Int32 = 0, _ body: (_ reading: Int32, _ writing: Int32) async throws -> Void) async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        try #require(fcntl(ends[0], F_SETFL, flags) == 0 && fcntl(ends[1], F_SETFL, flags) == 0)
        try await body(ends[0], ends[1])
        close(ends[0])
        close(ends[1])
    }

    static func read(_ descriptor: Int32, upTo count: Int) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        let received = Glibc.read(descriptor, &buffer, count)
        return Array(buffer.prefix(max(0, received)))
    }

    /// The reader has a thread of its own: writers that wait for it may hold every thread of the shared pool.
    @Test func `lines of many threads stay whole`() async throws {
        try await withPipe { reading, writing in
            let received = Lock<[UInt8]>([])
            let reader = SystemThread(name: "reader") {
                // Up to the mark that is written last.
                while received.withLock({ $0.last != 0 }) {
                    let bytes = Self.read(reading, upTo: 4096)
                    received.withLock { $0 += bytes }
                }
            }
            let log = Logger(service: "s", sink: DescriptorSink(writing))
            let text = String(repeating: "x", count: 200)
            await withTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<100 {
                            log.info("m", metadata: [.error: text])
                        }
                    }
                }
            }
            DescriptorSink(writing).write([0])
            reader.join()
            let lines = String(decoding: received.withLock { $0 }, as: UTF8.self).split(separator: "\n")
                .dropLast()
            #expect(lines.count == 400)
            #expect(lines.allSatisfy { $0.hasPrefix(#"{"ts":""#) && $0.hasSuffix(#","error":"\#(text)"}"#) })
        }
    }

    @Test func `a reader that is stuck costs a line, not the service`() async throws {
        try await withPipe(O_NONBLOCK) { reading, writing in
            let filler = [UInt8](repeating: 0, count: 4096)
            while write(writing, filler, filler.count) > 0 {}
            let elapsed = ContinuousClock().measure { DescriptorSink(writing).write(Array("lost\n".utf8)) }
            #expect(elapsed >= .milliseconds(50) && elapsed < .seconds(5))

            while !Self.read(reading, upTo: 65_536).isEmpty {}
            DescriptorSink(writing).write(Array("kept\n".utf8))
            #expect(Self.read(reading, upTo: 100) == Array("kept\n".utf8))
        }
    }

    @Test func `a descriptor that is gone is borne`() {
        DescriptorSink(-1).write([1])
    }
}
