public import HTTPMessages

/// An error as a client gets it: `application/problem+json` (RFC 9457). Throw it from a handler, or answer with it.
///
/// ```swift
/// extension ProblemType {
///     static let unknownGrid = ProblemType("unknown-grid", 422, "No such grid", meaning: "…")
/// }
/// throw Problem(.unknownGrid, detail: "grid 371082001 is not in the directory of 1 June")
/// ```
public struct Problem: Sendable, Equatable {
    /// A URI reference that names the kind; `about:blank` when the status says it all.
    public var type: String
    public var title: String
    public var status: Status
    /// What happened this time and what would put it right, for people. Never a secret, nor another person's data.
    public var detail: String?
    /// A URI reference of this occurrence.
    public var instance: String?
    /// Each thing wrong with the request, where there may be several.
    public var errors: [Violation]
    /// Further members, for programs. The names of the members above are not allowed.
    public var members: [String: JSONValue]
    /// Header fields beside the content type: `Retry-After`, `WWW-Authenticate`, `Allow`.
    public var headers: Fields

    public init(
        _ type: ProblemType, detail: String? = nil, instance: String? = nil, errors: [Violation] = [],
        members: [String: JSONValue] = [:], headers: Fields = [:]
    ) {
        self.init(
            type: type.uri, title: type.title, status: type.status, detail: detail, instance: instance,
            errors: errors, members: members, headers: headers)
    }

    /// - Precondition: no member has the name of a standard one.
    public init(
        type: String = "about:blank", title: String? = nil, status: Status, detail: String? = nil,
        instance: String? = nil, errors: [Violation] = [], members: [String: JSONValue] = [:], headers: Fields = [:]
    ) {
        precondition(
            Self.standardMembers.isDisjoint(with: members.keys), "a member has the name of a standard one of RFC 9457")
        self.type = type
        self.title = title ?? status.phrase
        self.status = status
        self.detail = detail
        self.instance = instance
        self.errors = errors
        self.members = members
        self.headers = headers
    }

    private static let standardMembers: Set<String> = ["type", "title", "status", "detail", "instance", "errors"]
}

extension Problem {
    /// One thing wrong with a request: where, and what would be right.
    public struct Violation: Sendable, Equatable, Encodable {
        /// Where in the body, as a URI fragment that is a JSON pointer: `#/photos/0/url`.
        public var pointer: String?
        /// Which query or path parameter.
        public var parameter: String?
        /// Which header field.
        public var header: String?
        public var detail: String

        public init(pointer: String, _ detail: String) {
            self.pointer = pointer
            self.detail = detail
        }

        public init(parameter: String, _ detail: String) {
            self.parameter = parameter
            self.detail = detail
        }

        public init(header: String, _ detail: String) {
            self.header = header
            self.detail = detail
        }
    }
}
