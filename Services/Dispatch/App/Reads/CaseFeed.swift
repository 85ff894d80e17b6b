import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit
import Telemetry

/// A step of some case, as those who reach it are told at once. It says what to look at and nothing of what is written there.
struct CaseNews: Sendable, Encodable, Equatable {
    let `case`: EventID
    let sequence: Int
    let type: String
    let occurredAt: Instant
    let unit: UnitCode
    let ownerUnit: UnitCode
    /// Who is called by the case's whistle.
    let departments: [DepartmentCode]
}

/// Changes of cases in one's reach, as server-sent events.
struct CaseFeed: Sendable {
    let context: ServiceContext<DispatchHandler>
    let feed: Feed<CaseNews>

    var endpoints: [Endpoint] {
        [
            context.events(
                "/v1/changes", "Changes of cases in one's reach, as they happen",
                about:
                    "Server-sent events of the type `case`, from `Last-Event-ID` on; without it, from now. `reset` means: read the lists again.",
                for: .people("Whoever is posted to a unit or a department."), [ListParameters.unit]
            ) { try await stream($0, $1) }
        ]
    }

    /// From `Last-Event-ID` on; without it, from now. A client that was away for long reads its lists again instead: it is told
    /// to by the event `reset`.
    private func stream(_ request: RequestContext, _ identity: Identity) async throws -> Response {
        let reach = try await context.reach(of: identity)
        var seen = reach
        if let unit = try ListParameters.unit(request) {
            seen = Reach(
                person: reach.person, units: [try context.unit(asked: unit, within: reach)], departments: [])
        }
        guard !seen.units.isEmpty || !seen.departments.isEmpty else {
            throw Problem(.forbidden, detail: "This is for people who are posted somewhere.")
        }
        var after: Feed<CaseNews>.Position
        let now = try await context.read { session in try Self.source.end(&session) }
        if let header = request.header("Last-Event-ID") {
            guard let position = Feed<CaseNews>.Position(header) else {
                throw Problem(
                    .invalidParameter, errors: [.init(header: "Last-Event-ID", "must be the id of one of our events")])
            }
            after = position
        } else {
            after = now
        }
        // From before a restore of the database: what has happened since is not known.
        let isLost = after > now
        if isLost { after = now }
        let stream = try FeedStream(feed, listener(seen, after: after))
        return .events(Greeted(first: isLost ? Self.reset(now) : Self.hello(after), rest: stream))
    }

    func listener(
        _ reach: Reach, after: Feed<CaseNews>.Position
    ) -> FeedStream<CaseNews, Feed<CaseNews>.Position>.Listener {
        FeedStream<CaseNews, Feed<CaseNews>.Position>.Listener(
            person: reach.person.text, after: after, key: \.position,
            isHers: { reach.sees($0.unit, called: $0.departments) || reach.contains($0.ownerUnit) },
            missed: { session, after, limit in
                let entries = try Self.source.read(&session, after, limit)
                let hers = entries.filter {
                    reach.sees($0.item.unit, called: $0.item.departments) || reach.contains($0.item.ownerUnit)
                }
                return (hers.map { ($0.position, $0.item) }, entries.last?.position ?? after)
            },
            event: { position, news in
                guard let json = try? EventJSON.encode(news) else { return nil }
                return ServerSentEvent(
                    id: position.description, event: "case", data: String(decoding: json, as: UTF8.self))
            })
    }

    /// Tells the client at once where it stands, should it be cut off before anything happens.
    private static func hello(_ position: Feed<CaseNews>.Position) -> ServerSentEvent {
        ServerSentEvent(id: position.description, event: "hello", data: "{}", retry: .seconds(2))
    }

    private static func reset(_ position: Feed<CaseNews>.Position) -> ServerSentEvent {
        ServerSentEvent(id: position.description, event: "reset", data: "{}", retry: .seconds(2))
    }

    // MARK: The table

    static let source = Feed<CaseNews>.Source(
        read: { session, after, limit in
            try session.query(read, Parameters(String(after.transaction), after.number, Int32(limit))).rows(
                as: Int64.self, Int64.self, UUID.self, Int64.self, String.self, Timestamp.self, String.self,
                String.self, [String].self
            ).compactMap { row -> Feed<CaseNews>.Entry? in
                guard let unit = UnitCode(row.6), let owner = UnitCode(row.7) else { return nil }
                return Feed<CaseNews>.Entry(
                    Feed<CaseNews>.Position(transaction: row.0, number: row.1),
                    CaseNews(
                        case: EventID(row.2), sequence: Int(row.3), type: row.4, occurredAt: Instant(row.5), unit: unit,
                        ownerUnit: owner, departments: row.8.compactMap { DepartmentCode($0) }))
            }
        },
        end: { session in
            try session.query(end).rows(as: Int64.self, Int64.self).first.map {
                Feed.Position(transaction: $0.0, number: $0.1)
            } ?? .start
        })

    /// Plan: the index history_change from there on, then the primary key of matter.
    static let read = Statement(
        "changes_read",
        """
        select transaction::text::int8, change, matter_id, sequence, type, occurred_at, unit, owner_unit,
            array(
                select part ->> 'department'
                from jsonb_array_elements(coalesce(state #> '{whistle,parts}', '[]')) as part)
        from history join matter on matter.id = matter_id
        where (transaction, change) > ($1::text::xid8, $2) and transaction < pg_snapshot_xmin(pg_current_snapshot())
        order by transaction, change limit $3
        """)

    /// Plan: the end of the index history_change.
    static let end = Statement(
        "changes_end",
        """
        select transaction::text::int8, change from history
        where transaction < pg_snapshot_xmin(pg_current_snapshot()) order by transaction desc, change desc limit 1
        """)
}

/// One event and then a stream of them.
struct Greeted<Rest: AsyncSequence<ServerSentEvent, Never> & Sendable>: AsyncSequence, Sendable {
    typealias Failure = Never

    let first: ServerSentEvent
    let rest: Rest

    func makeAsyncIterator() -> Iterator { Iterator(first: first, rest: rest.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        typealias Failure = Never

        var first: ServerSentEvent?
        var rest: Rest.AsyncIterator

        mutating func next() async -> ServerSentEvent? { await next(isolation: nil) }

        mutating func next(isolation actor: isolated (any Actor)?) async -> ServerSentEvent? {
            if let first {
                self.first = nil
                return first
            }
            return await rest.next(isolation: actor)
        }
    }
}
