import HTTPMessages

/// Finds the routes of a path, whatever their number, in as many steps as the path has segments.
///
/// A literal is preferred to a parameter, and that to a rest; a preferred branch that leads nowhere is left for the next.
struct RouteTree: Sendable {
    private var literals: [String: RouteTree] = [:]
    private var parameter: [RouteTree] = []  // None or one: a struct cannot hold itself.
    private var rest: [Method: Route] = [:]
    private var routes: [Method: Route] = [:]

    /// - Precondition: no route with the method and the same shape is there; names of parameters make no difference.
    mutating func insert(_ route: Route) {
        insert(route, below: route.pattern.segments[...])
    }

    private mutating func insert(_ route: Route, below segments: ArraySlice<RoutePattern.Segment>) {
        switch segments.first {
        case nil:
            let previous = routes.updateValue(route, forKey: route.method)
            Self.requireNone(previous, beside: route)
        case .literal(let text):
            literals[text, default: RouteTree()].insert(route, below: segments.dropFirst())
        case .parameter:
            if parameter.isEmpty { parameter = [RouteTree()] }
            parameter[0].insert(route, below: segments.dropFirst())
        case .rest:
            let previous = rest.updateValue(route, forKey: route.method)
            Self.requireNone(previous, beside: route)
        }
    }

    private static func requireNone(_ previous: Route?, beside route: Route) {
        guard let previous else { return }
        preconditionFailure("two routes for \(route.method) \(previous.pattern) and \(route.pattern): remove one")
    }

    /// The routes of a path by method, and the values of their parameters; nil when it names nothing.
    func find(_ segments: ArraySlice<String>) -> (routes: [Method: Route], values: [String])? {
        guard let segment = segments.first else { return routes.isEmpty ? nil : (routes, []) }
        let others = segments.dropFirst()
        if let found = literals[segment]?.find(others) { return found }
        // An empty segment is no value: "/v1/findings/" names no finding.
        if !segment.isEmpty, let found = parameter.first?.find(others) {
            return (found.routes, [segment] + found.values)
        }
        return rest.isEmpty ? nil : (rest, [segments.joined(separator: "/")])
    }
}
