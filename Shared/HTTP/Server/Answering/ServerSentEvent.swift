/// One event of a `text/event-stream` (WHATWG HTML, section 9.2).
public struct ServerSentEvent: Sendable, Equatable {
    /// The browser sends the last one back in `Last-Event-ID` when it connects again.
    public var id: String?
    /// The name under which the page listens; nil for `message`.
    public var event: String?
    /// Lines may end in LF, CR or both; the page gets LF.
    public var data: String
    /// How long the browser waits before it connects again.
    public var retry: Duration?

    public init(id: String? = nil, event: String? = nil, data: String, retry: Duration? = nil) {
        self.id = id
        self.event = event
        self.data = data
        self.retry = retry
    }

    /// As sent. A line break in `id` or `event`, and NUL in `id`, would begin another field: they are left out.
    public var bytes: [UInt8] {
        var text = ""
        if let id { text += "id: \(id.filter { !$0.isNewline && $0 != "\0" })\n" }
        if let event { text += "event: \(event.filter { !$0.isNewline })\n" }
        if let retry { text += "retry: \(retry.wholeMilliseconds)\n" }
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: Self.endsLine) {
            text += "data: \(line)\n"
        }
        return Array((text + "\n").utf8)
    }

    /// Not `isNewline`, which takes characters for line breaks that an event stream does not.
    private static func endsLine(_ character: Character) -> Bool {
        character == "\n" || character == "\r" || character == "\r\n"
    }
}

extension Response {
    /// A stream of events, until `events` ends or the client leaves.
    ///
    /// - Parameter heartbeat: after so much silence a line is sent that pages do not see, or a proxy would close the stream.
    public static func events(
        _ events: some AsyncSequence<ServerSentEvent, Never> & Sendable, heartbeat: Duration = .seconds(15)
    ) -> Response {
        .stream(
            .ok, type: "text/event-stream; charset=utf-8", events.map(\.bytes),
            heartbeat: Heartbeat(Array(":\n\n".utf8), every: heartbeat), headers: ["Cache-Control": "no-store"])
    }
}

extension Duration {
    /// Rounded down.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
}
