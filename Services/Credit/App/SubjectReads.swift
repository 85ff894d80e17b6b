import Contracts
import HTTPServer
import Postgres
import ServiceKit

/// What a subject, and whoever may, sees of its ledger: the score, why it is what it is, the hours, and who has looked.
struct SubjectReads: Sendable {
    let context: ServiceContext<CreditHandler>
    let rules: CreditRules
    let access: LedgerAccess

    var routes: [Route] {
        [
            Route(.get, "/v1/subjects/{kind}/{id}") { try await standing($0) },
            Route(.get, "/v1/subjects/{kind}/{id}/trajectory") { try await trajectory($0) },
            Route(.get, "/v1/subjects/{kind}/{id}/readers") { try await readers($0) },
            Route(.get, "/v1/history") { try await matter($0) },
        ]
    }

    // MARK: The score

    private func standing(_ request: RequestContext) async throws -> Response {
        let identity = try context.authenticator.identity(of: request)
        try request.query.requireOnly("scale", "purpose")
        let account = try account(request)
        try await access.admit(identity, to: account, "score", request)
        let now = context.clock.now()
        guard let version = rules.version(at: now), let scale = version.scale(try request.query.string("scale")) else {
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
        return try .json(
            .ok,
            StandingView(
                account, consent: mayScore, score: mayScore ? Score(points, on: scale) : nil,
                balance: mayScore ? points : nil, tree: GrowthTree(contents.events, by: rules, at: now), asOf: now))
    }

    private static let balance = Statement(
        "balance_find",
        "select coalesce(sum(points), 0)::int8 from balance where subject = $1 and expires_at > $2")

    // MARK: Why

    /// The latest first. What merely adds up to something, such as a visit to an hour of patrol, is left out unless `all`.
    private func trajectory(_ request: RequestContext) async throws -> Response {
        let identity = try context.authenticator.identity(of: request)
        try request.query.requireOnly("all", "after", "limit", "purpose")
        let account = try account(request)
        let all = try request.query.boolean("all", default: false)
        let limit = try request.query.integer("limit", in: 1...500, default: 100)
        let cursor = try request.query.value("after", expected: "the `next` of a page") { TrajectoryCursor($0) }
        try await access.admit(identity, to: account, "trajectory", request)
        let contents = try await context.read { session in try AccountContents.load(account, in: &session) }
        let awards = Settlement(rules: rules).awards(
            contents.events, consents: contents.consent.map { [account: $0] } ?? [:])
        let trajectory = Trajectory(awards, entries: contents.entries, by: rules, at: context.clock.now())
        let lines = trajectory.lines.reversed().filter { all || !$0.addsUpOnly }
        let rest = lines.drop { line in cursor.map { TrajectoryCursor(line) >= $0 } ?? false }
        let page = rest.prefix(limit)
        let next = page.count < rest.count ? page.last.map { TrajectoryCursor($0).text } : nil
        return try .json(.ok, TrajectoryPage(lines: page.map { TrajectoryLineView($0) }, next: next))
    }

    // MARK: Who looked

    private func readers(_ request: RequestContext) async throws -> Response {
        let identity = try context.authenticator.identity(of: request)
        try request.query.requireOnly("limit", "purpose")
        let account = try account(request)
        let limit = try request.query.integer("limit", in: 1...500, default: 100)
        try await access.admit(identity, to: account, "readers", request)
        return try .json(.ok, try await access.readers(of: account, limit: limit))
    }

    // MARK: One matter

    /// What this service did in one matter, by the id of the input that it all began with.
    private func matter(_ request: RequestContext) async throws -> Response {
        let identity = try context.authenticator.identity(of: request)
        try request.query.requireOnly("correlation")
        let correlation = try request.query.requiredString("correlation")
        // A matter spans units and people: this is for those who see the whole city.
        try await context.requireReach(identity, nil)
        let entries = try await context.read { session in
            try CreditEntry.read(session.query(Self.byCorrelation, Parameters(correlation)))
        }
        return try .json(.ok, entries.sorted().map { EntryView($0) })
    }

    private static let byCorrelation = Statement(
        "entry_by_correlation", "select \(CreditEntry.columns) from entry as e where correlation = $1 limit 1000")

    private func account(_ request: RequestContext) throws(Problem) -> Account {
        let kinds = [Account.person] + SubjectKind.allCases.map(\.rawValue)
        let id = try request.parameter("id", expected: "the id of a subject: \(Identifier.rule)") {
            Identifier.isValid($0) ? $0 : nil
        }
        return try request.parameter("kind", expected: "one of \(kinds.joined(separator: ", "))") { kind in
            if kind == Account.person { return Account(kind: kind, id: id) }
            return SubjectKind(rawValue: kind).map { Account(Subject(kind: $0, id: id)) }
        }
    }
}

extension Account {
    /// A kind that the account's owner may have: people need consent in each.
    fileprivate var anyKind: SubjectKind { SubjectKind(rawValue: kind) ?? .resident }
}
