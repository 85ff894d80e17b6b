import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// What people look at: a case, its history, and the cases that wait for a unit.
struct CaseReads: Sendable {
    let context: ServiceContext<DispatchHandler>

    var routes: [Route] {
        [
            Route(.get, "/v1/cases/{id}") { try await one($0) },
            Route(.get, "/v1/cases/{id}/history") { try await history($0) },
            Route(.get, "/v1/cases") { try await list($0) },
            Route(.get, "/v1/history") { try await matter($0) },
        ]
    }

    // MARK: One case

    private func one(_ request: RequestContext) async throws -> Response {
        let identity = try context.authenticator.identity(of: request)
        let id = try caseID(request)
        let found = try await context.read { session in
            try session.query(Self.find, Parameters(id.uuid)).rows(as: JSON.self, String.self).first
        }
        guard let (json, text) = found else { throw Self.noCase }
        let state = try EventJSON.decode(CaseState.self, from: json.utf8)
        try await context.requireReach(identity, state.unit)
        return try .json(.ok, CaseView(state, text: text))
    }

    private static let find = Statement("case_find", "select state, text from matter where id = $1")

    private func history(_ request: RequestContext) async throws -> Response {
        let identity = try context.authenticator.identity(of: request)
        let id = try caseID(request)
        let (unit, rows) = try await context.read { session in
            let unit = try session.query(Self.unit, Parameters(id.uuid)).rows(as: String.self).first
            return (unit, try HistoryEntry.read(session.query(Self.steps, Parameters(id.uuid))))
        }
        guard let unit = unit.flatMap({ UnitCode($0) }) else { throw Self.noCase }
        try await context.requireReach(identity, unit)
        return try .json(.ok, rows)
    }

    private static let unit = Statement("case_unit", "select unit from matter where id = $1")
    private static let steps = Statement(
        "case_history",
        """
        select sequence, event_id, type, actor, occurred_at, recorded_at, causation_id, correlation_id, data
        from history where matter_id = $1 order by sequence
        """)

    // MARK: Lists

    /// Open cases below a unit, the next due first. `after` goes on from the last item of a page.
    private func list(_ request: RequestContext) async throws -> Response {
        let identity = try context.authenticator.identity(of: request)
        try request.query.requireOnly("unit", "status", "after", "limit")
        guard let unit = try request.query.value("unit", expected: "the code of a unit", { UnitCode($0) }) else {
            throw Problem(.invalidParameter, errors: [.init(parameter: "unit", "must be given: the code of a unit")])
        }
        try await context.requireReach(identity, unit)
        let status = try request.query.choice("status", of: CaseState.Status.self)
        let limit = try request.query.integer("limit", in: 1...500, default: 50)
        let cursor = try request.query.value("after", expected: "the `next` of a page") { CaseCursor($0) }
        let rows = try await context.read { session in
            try session.query(
                Self.open,
                Parameters(
                    unit.text, unit.text + "~", status?.rawValue, cursor?.time ?? Timestamp(microsecondsSince1970: 0),
                    (cursor?.id ?? EventID(CaseCursor.zero)).uuid, Int32(limit))
            ).rows(as: JSON.self, String.self)
        }
        let cases = try rows.map { CaseView(try EventJSON.decode(CaseState.self, from: $0.0.utf8), text: $0.1) }
        let next = cases.count < limit ? nil : cases.last.map { CaseCursor($0).text }
        return try .json(.ok, CasePage(cases: cases, next: next))
    }

    /// Plan: the index matter_open, from the unit's own prefix to its end; sorted by the deadline.
    static let open = Statement(
        "case_list_open",
        """
        select state, text from matter
        where owner_unit ~>=~ $1 and owner_unit ~<~ $2 and status <> 'closed' and ($3::text is null or status = $3)
            and (resolve_by, id) > ($4, $5)
        order by resolve_by, id limit $6
        """)

    /// What this service did in one matter, by the id of the input that it all began with.
    private func matter(_ request: RequestContext) async throws -> Response {
        let identity = try context.authenticator.identity(of: request)
        let correlation = try request.query.requiredString("correlation")
        let rows = try await context.read { session in
            try HistoryEntry.read(session.query(Self.byCorrelation, Parameters(correlation)))
        }
        // A matter spans units: this is for those who see the whole city.
        try await context.requireReach(identity, nil)
        return try .json(.ok, rows)
    }

    private static let byCorrelation = Statement(
        "history_by_correlation",
        """
        select sequence, event_id, type, actor, occurred_at, recorded_at, causation_id, correlation_id, data
        from history where correlation_id = $1 order by occurred_at, matter_id, sequence limit 1000
        """)

    private func caseID(_ request: RequestContext) throws(Problem) -> EventID {
        try request.parameter("id", expected: "the id of a case, a UUID") { EventID($0) }
    }

    private static let noCase = Problem(.notFound, detail: "There is no such case.")
}
