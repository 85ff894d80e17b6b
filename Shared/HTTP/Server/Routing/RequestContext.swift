import HTTPMessages

/// A request, as its handler sees it.
public struct RequestContext: Sendable {
    public let request: Request
    /// Of the route taken: bounded in number, so fit for metrics and logs where the path is not.
    public let pattern: RoutePattern
    let limits: BodyLimits
    private let values: [String]

    init(_ request: Request, _ route: Route, _ values: [String]) {
        self.request = request
        self.values = values
        pattern = route.pattern
        limits = route.limits
    }

    public var query: Query { request.target.query }

    /// First value of a header field.
    public func header(_ name: String) -> String? { request.headers[name] }

    /// The text in the path at a place of the pattern, decoded.
    ///
    /// - Precondition: the route's pattern has that name.
    public func parameter(_ name: String) -> String {
        guard let index = pattern.names.firstIndex(of: name) else {
            preconditionFailure("the pattern \(pattern) has no {\(name)}")
        }
        return values[index]
    }

    /// The value in the path at a place of the pattern: `try context.parameter("id", as: UUID.init(uuidString:), …)`.
    ///
    /// - Parameter expected: what it must be, to follow "must be": "a UUID".
    /// - Throws: `Problem` when `parse` returns nil.
    public func parameter<T>(_ name: String, expected: String, _ parse: (String) -> T?) throws(Problem) -> T {
        guard let value = parse(parameter(name)) else { throw .invalid(name, "must be \(expected)") }
        return value
    }

    /// A whole number in the path.
    ///
    /// - Throws: `Problem` when it is none or outside `range`.
    public func integer(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int {
        try parameter(name, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) && !text.hasPrefix("+") ? $0 : nil }
        }
    }
}
