import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// What people look at: a case, its history, and what was done in one matter.
struct CaseReads: Sendable {
    let context: ServiceContext<DispatchHandler>

    var endpoints: [Endpoint] {
        [
            context.get(
                "/v1/cases/{id}", "A case as it stands", for: .people("Whoever is posted to its unit or above it."),
                [Self.id], example: CaseView.example, problems: [.notFound]
            ) { try await one($0, $1) },
            context.get(
                "/v1/cases/{id}/history", "Everything that happened to a case, with causes",
                for: .people("Whoever is posted to its unit or above it."), [Self.id], example: HistoryEntry.example,
                problems: [.notFound]
            ) { try await history($0, $1) },
            context.get(
                "/v1/history", "What dispatch did in one matter",
                about:
                    "By the id of the input that it all began with. For one case's own history see `/v1/cases/{id}/history`.",
                for: .people("Whoever is posted to the whole city."), [Self.correlation], example: HistoryEntry.example
            ) { try await matter($0, $1) },
        ]
    }

    private static let id = Parameter<EventID>.path("id", "the id of a case, a UUID")
    private static let correlation = Parameter<String>.text("correlation", "the id of the input that it all began with")

    // MARK: One case

    private func one(_ request: RequestContext, _ identity: Identity) async throws -> CaseView {
        let id = try Self.id(request)
        let found = try await context.read { session in
            try session.query(Self.find, Parameters(id.uuid)).rows(as: JSON.self, String.self).first
        }
        guard let (json, text) = found else { throw Self.noCase }
        let state = try EventJSON.decode(CaseState.self, from: json.utf8)
        try await context.requireReach(identity, state.unit)
        return CaseView(state, text: text)
    }

    /// Plan: the primary key.
    static let find = Statement("case_find", "select state, text from matter where id = $1")

    private func history(_ request: RequestContext, _ identity: Identity) async throws -> [HistoryEntry] {
        let id = try Self.id(request)
        let (unit, rows) = try await context.read { session in
            let unit = try session.query(Self.unit, Parameters(id.uuid)).rows(as: String.self).first
            return (unit, try HistoryEntry.read(session.query(Self.steps, Parameters(id.uuid))))
        }
        guard let unit = unit.flatMap({ UnitCode($0) }) else { throw Self.noCase }
        try await context.requireReach(identity, unit)
        return rows
    }

    static let unit = Statement("case_unit", "select unit from matter where id = $1")
    /// Plan: the primary key of history, in its order.
    static let steps = Statement(
        "case_history",
        """
        select sequence, event_id, type, actor, occurred_at, recorded_at, causation_id, correlation_id, data
        from history where matter_id = $1 order by sequence
        """)

    /// What this service did in one matter, by the id of the input that it all began with.
    private func matter(_ request: RequestContext, _ identity: Identity) async throws -> [HistoryEntry] {
        let correlation = try Self.correlation(request)
        let rows = try await context.read { session in
            try HistoryEntry.read(session.query(Self.byCorrelation, Parameters(correlation)))
        }
        // A matter spans units: this is for those who see the whole city.
        try await context.requireReach(identity, nil)
        return rows
    }

    /// Plan: the index history_correlation.
    static let byCorrelation = Statement(
        "history_by_correlation",
        """
        select sequence, event_id, type, actor, occurred_at, recorded_at, causation_id, correlation_id, data
        from history where correlation_id = $1 order by occurred_at, matter_id, sequence limit 1000
        """)

    private static let noCase = Problem(.notFound, detail: "There is no such case.")
}
