import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// What a subject, and whoever may, sees of its ledger: the score, why it is what it is, the hours, and who has looked.
struct SubjectReads: Sendable {
    let context: ServiceContext<CreditHandler>
    let rules: CreditRules
    let access: LedgerAccess

    var endpoints: [Endpoint] {
        let some = Audience.people(
            "The subject, a department's own people, and the city's for a purpose, which is recorded.")
        return [
            context.get(
                "/v1/subjects/{kind}/{id}", "A subject's score, if it consents, and its growth tree", for: some,
                [Self.kind, Self.id, Self.scale, LedgerAccess.purpose],
                example: """
                    {"asOf":"2026-11-24T01:00:00.000Z","balance":300,"consent":true,
                     "hours":{"stars":1,"thisYear":2000,"total":5000},"subject":"person:r-1"}
                    """
            ) { try await standing($0, $1) },
            context.get(
                "/v1/subjects/{kind}/{id}/trajectory", "Why the score is what it is, the latest first",
                about:
                    "What merely adds up to something, such as a visit to an hour of patrol, is left out unless `all`.",
                for: some, [Self.kind, Self.id, Self.all, Self.after, Self.limit, LedgerAccess.purpose],
                example: """
                    {"lines":[{"balance":300,"cause":"d-1","chinese":"扫雪","corrections":0,"english":"Cleared snow",
                     "item":"snow-cleared","occurredAt":"2026-11-24T01:00:00.000Z","points":100,"quantity":1,
                     "ruleVersion":1,"state":"counts","unit":"371082007025001"}]}
                    """
            ) { try await trajectory($0, $1) },
            context.get(
                "/v1/subjects/{kind}/{id}/readers", "Who has looked at a subject's ledger, and why", for: some,
                [Self.kind, Self.id, Self.limit, LedgerAccess.purpose],
                example: """
                    [{"at":"2026-11-24T01:00:00.000Z","purpose":"an appeal","reader":"p-city-1","what":"score"}]
                    """
            ) { try await readers($0, $1) },
            context.get(
                "/v1/history", "What credit did in one matter", for: .people("Whoever is posted to the whole city."),
                [Self.correlation], example: HistoryEntry.example
            ) { try await matter($0, $1) },
        ]
    }

    private static let kinds = [Account.person] + SubjectKind.allCases.map(\.rawValue)
    private static let kind = Parameter<String>.path("kind", "one of \(kinds.joined(separator: ", "))", .words(kinds)) {
        kinds.contains($0) ? $0 : nil
    }
    private static let id = Parameter<String>.path("id", "the id of a subject: \(Identifier.rule)", Identifier.schema) {
        Identifier.isValid($0) ? $0 : nil
    }
    private static let scale = Parameter<String?>.text("scale", "a scale of the rules in force; their first without it")
    private static let all = Parameter<Bool>.flag("all", "also what merely adds up to something")
    private static let after = Parameter<TrajectoryCursor?>.cursor("after") { TrajectoryCursor($0) }
    private static let limit = Parameter<Int>.limit(default: 100)
    private static let correlation = Parameter<String>.text("correlation", "the id of the input that it all began with")

    // MARK: The score

    private func standing(_ request: RequestContext, _ identity: Identity) async throws -> StandingView {
        let account = try account(request)
        try await access.admit(identity, to: account, "score", request)
        let now = context.clock.now()
        guard let version = rules.version(at: now), let scale = version.scale(try Self.scale(request)) else {
            let known = rules.version(at: now)?.scales.map(\.code) ?? []
            throw Problem(
                .invalidParameter,
                errors: [.init(parameter: "scale", "must be one of \(known.joined(separator: ", "))")])
        }
        let (points, contents) = try await context.read { session in
            let points = try session.query(Self.balance, Parameters(account.description, Timestamp(now)))
                .value(Int64.self, row: 0, column: 0)
            return (Points(hundredths: Int(points)), try AccountContents.load(account, in: &session))
        }
        let mayScore = version.scores(account.anyKind, contents.consent, at: now)
        return StandingView(
            account, consent: mayScore, score: mayScore ? Score(points, on: scale) : nil,
            balance: mayScore ? points : nil, tree: GrowthTree(contents.events, by: rules, at: now), asOf: now)
    }

    private static let balance = Statement(
        "balance_find",
        "select coalesce(sum(points), 0)::int8 from balance where subject = $1 and expires_at > $2")

    // MARK: Why

    private func trajectory(_ request: RequestContext, _ identity: Identity) async throws -> TrajectoryPage {
        let account = try account(request)
        let all = try Self.all(request)
        let limit = try Self.limit(request)
        let cursor = try Self.after(request)
        try await access.admit(identity, to: account, "trajectory", request)
        let contents = try await context.read { session in try AccountContents.load(account, in: &session) }
        let awards = Settlement(rules: rules).awards(
            contents.events, consents: contents.consent.map { [account: $0] } ?? [:])
        let trajectory = Trajectory(awards, entries: contents.entries, by: rules, at: context.clock.now())
        let lines = trajectory.lines.reversed().filter { all || !$0.addsUpOnly }
        let rest = lines.drop { line in cursor.map { TrajectoryCursor(line) >= $0 } ?? false }
        let page = rest.prefix(limit)
        let next = page.count < rest.count ? page.last.map { TrajectoryCursor($0).text } : nil
        return TrajectoryPage(lines: page.map { TrajectoryLineView($0) }, next: next)
    }

    // MARK: Who looked

    private func readers(_ request: RequestContext, _ identity: Identity) async throws -> [AccessView] {
        let account = try account(request)
        let limit = try Self.limit(request)
        try await access.admit(identity, to: account, "readers", request)
        return try await access.readers(of: account, limit: limit)
    }

    // MARK: One matter

    /// What this service did in one matter, by the id of the input that it all began with.
    private func matter(_ request: RequestContext, _ identity: Identity) async throws -> [HistoryEntry] {
        let correlation = try Self.correlation(request)
        // A matter spans units and people: this is for those who see the whole city.
        try await context.requireReach(identity, nil)
        let (entries, times) = try await context.read { session in
            let entries = try CreditEntry.read(session.query(Self.byCorrelation, Parameters(correlation)))
            let times = try session.query(Self.timesByCorrelation, Parameters(correlation))
                .rows(as: UUID.self, Timestamp.self)
            return (entries, Dictionary(times.map { (EventID($0.0), Instant($0.1)) }) { first, _ in first })
        }
        return entries.sorted().map { HistoryEntry($0, recordedAt: times[$0.id] ?? $0.occurredAt) }
    }

    private static let byCorrelation = Statement(
        "entry_by_correlation", "select \(CreditEntry.columns) from entry as e where correlation = $1 limit 1000")
    private static let timesByCorrelation = Statement(
        "entry_times_by_correlation", "select id, recorded_at from entry where correlation = $1 limit 1000")

    private func account(_ request: RequestContext) throws(Problem) -> Account {
        let kind = try Self.kind(request)
        let id = try Self.id(request)
        guard let subject = SubjectKind(rawValue: kind) else { return Account(kind: kind, id: id) }
        return Account(Subject(kind: subject, id: id))
    }
}

extension Account {
    /// A kind that the account's owner may have: people need consent in each.
    fileprivate var anyKind: SubjectKind { SubjectKind(rawValue: kind) ?? .resident }
}
