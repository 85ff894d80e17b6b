public import HTTPMessages

extension Client {
    /// A request to somebody else's server.
    public struct Request: Sendable, Equatable {
        public var method: Method
        /// `http` or `https`; other schemes are refused.
        public var url: String
        public var headers: Fields
        public var body: [UInt8]
        /// For one attempt: name lookup, connecting, sending, the last byte of the answer.
        public var timeout: Duration

        public init(
            _ method: Method, _ url: String, headers: Fields = [:], body: [UInt8] = [], timeout: Duration = .seconds(10)
        ) {
            self.method = method
            self.url = url
            self.headers = headers
            self.body = body
            self.timeout = timeout
        }

        /// Whether a second copy of it does no harm: by its method, or because it carries an `Idempotency-Key`.
        public var isRepeatable: Bool { method.isIdempotent || headers["Idempotency-Key"] != nil }

        /// Why it must not be sent. libcurl sends method and fields as they are: a line break in one would add fields of
        /// its maker's choice.
        var problem: String? {
            guard !method.rawValue.isEmpty, method.rawValue.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
                return "the method must be a word"
            }
            for field in headers.all {
                guard !field.name.isEmpty, field.name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x3a }) else {
                    return "a header field's name must be a word: \(field.name.debugDescription)"
                }
                guard field.value.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7f) || $0 == 0x09 }) else {
                    return "the header field \(field.name) has a control character in its value"
                }
            }
            return url.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f } ? nil : "the URL has a space or a control character"
        }
    }

    public struct Response: Sendable, Equatable {
        public let status: Status
        public let headers: Fields
        public let body: [UInt8]

        public init(status: Status, headers: Fields = [:], body: [UInt8] = []) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }
}
