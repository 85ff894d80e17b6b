import Glibc
import Testing
import Threads

@testable import Telemetry

@Suite struct DescriptorSinkTests {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        (reading, writing) = (ends[0], ends[1])
    }

    /// Runs the body, closes the writing end, and returns all that came through. The reader has a thread of its own:
    /// writers that wait for it may hold every thread of the shared pool.
    func received(_ body: () async -> Void) async -> [UInt8] {
        let received = Lock<[UInt8]>([])
        let reader = SystemThread(name: "reader") { [reading] in
            while case let bytes = Self.read(reading), !bytes.isEmpty {
                received.withLock { $0 += bytes }
            }
        }
        await body()
        close(writing)
        reader.join()
        close(reading)
        return received.withLock { $0 }
    }

    static func read(_ descriptor: Int32) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        return Array(buffer.prefix(max(0, count)))
    }

    @Test func `lines of many threads stay whole`() async throws {
        let log = Logger(service: "s", sink: DescriptorSink(writing))
        let text = String(repeating: "x", count: 200)
        let bytes = await received {
            await withTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<100 {
                            log.info("m", metadata: [.error: text])
                        }
                    }
                }
            }
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 400)
        #expect(lines.allSatisfy { $0.hasPrefix(#"{"ts":""#) && $0.hasSuffix(#","error":"\#(text)"}"#) })
    }

    @Test func `a line longer than the pipe gets through a non-blocking one`() async throws {
        try #require(fcntl(writing, F_SETFL, O_NONBLOCK) == 0)
        let line = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
        let bytes = await received {
            DescriptorSink(writing, patience: 60_000).write(line)
        }
        // Not one array against the other: the difference of two so long would take minutes to be worked out.
        #expect(bytes.count == line.count && bytes.elementsEqual(line))
    }

    @Test func `a reader that is stuck costs a line, not the service`() throws {
        try #require(fcntl(writing, F_SETFL, O_NONBLOCK) == 0 && fcntl(reading, F_SETFL, O_NONBLOCK) == 0)
        let filler = [UInt8](repeating: 0, count: 4096)
        while write(writing, filler, filler.count) > 0 {}
        let elapsed = ContinuousClock().measure { DescriptorSink(writing).write(Array("lost\n".utf8)) }
        #expect(elapsed >= .milliseconds(50) && elapsed < .seconds(60))

        while !Self.read(reading).isEmpty {}
        DescriptorSink(writing).write(Array("kept\n".utf8))
        #expect(Self.read(reading) == Array("kept\n".utf8))
        close(reading)
        close(writing)
    }

    @Test func `a descriptor that is gone is borne`() {
        close(reading)
        close(writing)
        DescriptorSink(-1).write([1])
    }
}
