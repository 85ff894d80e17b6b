import HTTPMessages

/// What is noted of a request for the one who counts them.
struct ExchangeRecord {
    var route: RoutePattern?
    var status: Status?
    var bytesIn = 0
    private var method = "other"
    private var start = ContinuousClock.now

    mutating func began(_ method: Method) {
        start = .now
        self.method = Self.known.contains(method) ? method.rawValue : "other"
    }

    var observation: Observation {
        Observation(
            route: route?.description ?? "unmatched", method: method, status: status ?? .clientLeft,
            duration: .now - start, bytesIn: bytesIn)
    }

    private static let known: Set<Method> = [.get, .head, .post, .put, .patch, .delete, .options]
}

extension Status {
    /// nginx's number for a client that left before it was answered.
    static let clientLeft: Status = 499
}
