import HTTPMessages

/// What is noted of a request for the one who counts them.
struct ExchangeRecord {
    var method: Method?
    var route: RoutePattern?
    var status: Status?
    var bytesIn = 0
    private let start = ContinuousClock.now

    var observation: Observation {
        Observation(
            route: route?.description ?? "unmatched",
            method: method.flatMap { Self.known.contains($0) ? $0.rawValue : nil } ?? "other",
            status: status ?? .clientLeft, duration: .now - start, bytesIn: bytesIn)
    }

    private static let known: Set<Method> = [.get, .head, .post, .put, .patch, .delete, .options]
}

extension Status {
    /// nginx's number for a client that left before it was answered.
    static let clientLeft: Status = 499
}
