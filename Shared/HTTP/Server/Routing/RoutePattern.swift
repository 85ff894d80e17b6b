/// A path with places for values: `/v1/findings/{id}`, or `/assets/{path...}` for all that lies below.
public struct RoutePattern: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    enum Segment: Hashable {
        case literal(String)
        case parameter(String)
        /// One or more segments to the end.
        case rest(String)
    }

    let segments: [Segment]
    public let description: String

    /// - Precondition: begins with a slash, no name twice, `{name...}` at most at the end.
    public init(_ text: String) {
        precondition(text.hasPrefix("/"), "a route's pattern begins with a slash: \(text)")
        description = text
        segments = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(Self.segment)
        precondition(Set(names).count == names.count, "a route's pattern has a name twice: \(text)")
        for segment in segments.dropLast() {
            if case .rest = segment { preconditionFailure("{name...} must end a route's pattern: \(text)") }
        }
    }

    public init(stringLiteral text: String) { self.init(text) }

    /// Of the parameters, from left to right.
    var names: [String] {
        segments.compactMap { segment in
            switch segment {
            case .literal: nil
            case .parameter(let name), .rest(let name): name
            }
        }
    }

    private static func segment(_ text: Substring) -> Segment {
        guard text.hasPrefix("{"), text.hasSuffix("}") else {
            precondition(!text.contains { $0 == "{" || $0 == "}" }, "a parameter takes a whole segment: \(text)")
            return .literal(String(text))
        }
        let name = text.dropFirst().dropLast()
        return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .parameter(String(name))
    }
}
