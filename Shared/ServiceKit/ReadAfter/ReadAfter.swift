import Contracts
import HTTPMessages
import HTTPServer
import Postgres

/// Lets a read wait until this service has what a write wrote, wherever that was written.
struct ReadAfter: Sendable {
    let service: ServiceName
    /// The types of events that it takes from others.
    let reads: Set<String>
    /// Which of these events it has taken, and which it refused. May throw.
    let look: @Sendable ([WriteToken.Part]) async throws -> Seen

    struct Seen: Sendable {
        var taken: Set<EventID> = []
        var refused: Set<EventID> = []
    }

    /// A read waits no longer than this; then the answer is 503.
    static let patience = Duration.seconds(5)
    /// The header field of the answer: how many events of the token the service has, has refused, or never takes.
    static let header = "Muster-Token-Seen"

    /// - Returns: the header field's value.
    /// - Throws: `Problem` 503 when they are still not here at the deadline, and whatever looking throws.
    func wait(
        for token: WriteToken, patience: Duration = patience,
        sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) async throws -> String {
        // What this service wrote it has: the answer came after the commit.
        let others = token.parts.filter { $0.service != service }
        let expected = others.filter { reads.contains($0.type) }
        let own = token.parts.count - others.count
        let deadline = ContinuousClock.now + patience
        var pause = Duration.milliseconds(5)
        while true {
            let seen = expected.isEmpty ? Seen() : try await look(expected)
            let taken = expected.count { seen.taken.contains($0.event) }
            let refused = expected.count { seen.refused.contains($0.event) && !seen.taken.contains($0.event) }
            if taken + refused == expected.count {
                return "taken=\(own + taken), refused=\(refused), elsewhere=\(others.count - expected.count)"
            }
            guard ContinuousClock.now + pause < deadline else {
                let missing = expected.count - taken - refused
                throw Problem(
                    .notHereYet, detail: "\(missing) of the \(token.parts.count) events of the token are not here yet.",
                    headers: ["Retry-After": "1"])
            }
            try await sleep(pause)
            pause = min(pause * 2, .milliseconds(50))
        }
    }
}

extension ServiceContext {
    /// Waits for what the request's token names.
    ///
    /// - Returns: the value of the answer's header field; nil without a token.
    func waitForToken(of request: RequestContext) async throws -> String? {
        let values = request.request.headers.values(WriteToken.header)
        guard let text = values.first else { return nil }
        guard values.count == 1, let token = WriteToken(text) else {
            throw Problem(
                .invalidParameter,
                errors: [.init(header: WriteToken.header, "must be what a write was answered with, unchanged")])
        }
        let wait = ReadAfter(service: service, reads: readTypes) { parts in
            try await read { session in try ReadAfter.look(for: parts, in: &session) }
        }
        return try await wait.wait(for: token)
    }
}

extension ReadAfter {
    /// Plan: the primary keys of input and refusal.
    private static let find = Statement(
        "token_find",
        """
        select asked.id, exists (select from input where input.source = asked.source and input.id = asked.id),
            exists (select from refusal where refusal.source = asked.source and refusal.id = asked.id)
        from unnest($1::text[], $2::text[]) as asked (source, id)
        """)

    static func look(for parts: [WriteToken.Part], in session: inout Session) throws -> Seen {
        let rows = try session.query(
            find, Parameters(parts.map(\.service.source), parts.map(\.event.description))
        ).rows(as: String.self, Bool.self, Bool.self)
        var seen = Seen()
        for (text, isTaken, isRefused) in rows {
            guard let id = EventID(text) else { continue }
            if isTaken { seen.taken.insert(id) }
            if isRefused { seen.refused.insert(id) }
        }
        return seen
    }
}
