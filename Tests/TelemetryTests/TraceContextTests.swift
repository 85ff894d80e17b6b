import Telemetry
import Testing

@Suite struct TraceContextTests {
    static let example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func `the standard's example is read and written again`() throws {
        let context = try #require(TraceContext(traceparent: Self.example))
        #expect(context.traceparent == Self.example)
        #expect(context.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(context.spanID == "00f067aa0ba902b7")
        #expect(context.isSampled)
    }

    @Test func `only the flag that is known is passed on`() throws {
        let sampled = try #require(TraceContext(traceparent: Self.example.dropLast(2) + "ff"))
        #expect(sampled.traceparent == Self.example)
        let unsampled = try #require(TraceContext(traceparent: Self.example.dropLast(2) + "fe"))
        #expect(unsampled.traceparent == Self.example.dropLast(2) + "00")
    }

    @Test func `a later version is read as far as it is known`() throws {
        let later = "cc" + Self.example.dropFirst(2)
        #expect(TraceContext(traceparent: later)?.traceparent == Self.example)
        #expect(TraceContext(traceparent: later + "-what-the-future-brings")?.traceparent == Self.example)
        #expect(TraceContext(traceparent: later + ".x") == nil)
    }

    @Test(arguments: [
        "", "00", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
        "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
        "0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
        "00-4bf92f3577b34da6a3ce929d0e0e47é-00f067aa0ba902b7-01",
    ])
    func `what is not valid is like none`(text: String) {
        #expect(TraceContext(traceparent: text) == nil)
    }

    @Test func `a child has the trace and a span of its own`() throws {
        let parent = try #require(TraceContext(traceparent: Self.example))
        let child = parent.child()
        #expect(child.traceID == parent.traceID)
        #expect(child.spanID != parent.spanID)
        #expect(child.isSampled == parent.isSampled)
        #expect(TraceContext(traceparent: child.traceparent) == child)
    }

    @Test func `ids with leading zeros keep their length`() throws {
        let text = "00-0000000000000000000000000000000a-000000000000000b-00"
        #expect(TraceContext(traceparent: text)?.traceparent == text)
    }

    @Test func `no two traces are alike, and every one is valid`() {
        let contexts = (0..<1000).map { TraceContext(isSampled: $0.isMultiple(of: 2)) }
        #expect(Set(contexts).count == 1000)
        #expect(contexts.allSatisfy { TraceContext(traceparent: $0.traceparent) == $0 })
    }

    @Test func `a trace goes into the log by its ids`() throws {
        let context = try #require(TraceContext(traceparent: Self.example))
        #expect(
            context.logMetadata == [.trace: "4bf92f3577b34da6a3ce929d0e0e4736", .span: "00f067aa0ba902b7"])
    }
}
