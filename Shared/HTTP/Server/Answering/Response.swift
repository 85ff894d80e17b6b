public import HTTPMessages

/// What a handler answers.
public struct Response: Sendable {
    public enum Body: Sendable {
        case bytes([UInt8])
        /// Sent chunk by chunk as the sequence yields. The client's leaving cancels the task that iterates, so the maker of
        /// an `AsyncStream` hears of it through `onTermination`.
        case stream(any AsyncSequence<[UInt8], Never> & Sendable, Heartbeat? = nil)
    }

    /// What a quiet stream sends so that no proxy takes it for dead.
    public struct Heartbeat: Sendable, Equatable {
        public var bytes: [UInt8]
        /// Since the last bytes.
        public var interval: Duration

        public init(_ bytes: [UInt8], every interval: Duration) {
            self.bytes = bytes
            self.interval = interval
        }
    }

    public var status: Status
    /// A field that HTTP cannot carry, such as a value with a line break, makes the answer a 500.
    public var headers: Fields
    public var body: Body

    public init(status: Status = .ok, headers: Fields = [:], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    var isStream: Bool {
        if case .stream = body { true } else { false }
    }
}

extension Response {
    /// 204.
    public static let noContent = Response(status: .noContent)

    /// - Throws: `EncodingError`, as for a number that is not finite.
    public static func json(_ status: Status, _ value: some Encodable, headers: Fields = [:]) throws -> Response {
        .bytes(status, type: "application/json", try JSON.encode(value), headers: headers)
    }

    public static func bytes(
        _ status: Status, type: String, _ bytes: [UInt8], headers: Fields = [:]
    ) -> Response {
        var headers = headers
        headers["Content-Type"] = type
        return Response(status: status, headers: headers, body: .bytes(bytes))
    }

    /// UTF-8, `text/plain` unless told otherwise.
    public static func text(
        _ status: Status, type: String = "text/plain; charset=utf-8", _ text: String, headers: Fields = [:]
    ) -> Response {
        bytes(status, type: type, Array(text.utf8), headers: headers)
    }

    public static func stream(
        _ status: Status, type: String, _ chunks: any AsyncSequence<[UInt8], Never> & Sendable,
        heartbeat: Heartbeat? = nil, headers: Fields = [:]
    ) -> Response {
        var headers = headers
        headers["Content-Type"] = type
        return Response(status: status, headers: headers, body: .stream(chunks, heartbeat))
    }
}
