import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// Who was told of what, for those who supervise: never the texts, which are their readers' own.
struct NoticeReads: Sendable {
    let context: ServiceContext<NotifyHandler>

    var endpoints: [Endpoint] {
        [
            context.get(
                "/v1/cases/{id}/notices", "Who was told what of a case, and how it went",
                for: .people("Whoever is posted to the case's unit or above it."), [Self.id],
                example: """
                    [{"attempts":1,"channel":"inbox","event":"muster.case.opened.v1",
                      "notice":"01a20d14-c250-8161-a86c-f842d86e1de1","occurredAt":"2026-11-24T01:00:00.000Z",
                      "recipient":"p-grid-1","role":"owner","rule":"case-opened","state":"delivered"}]
                    """, problems: [.notFound]
            ) { try await ofCase($0, $1) },
            context.get(
                "/v1/history", "Whom notify told in one matter", for: .people("Whoever is posted to the whole city."),
                [Self.correlation],
                example: """
                    [{"causation":"01a20d14-c250-8eb5-a889-8df863ddbd9b","correlation":"f-1",
                      "data":{"channel":"inbox","recipient":"p-grid-1","rule":"case-opened","state":"delivered"},
                      "event":"01a20d14-c250-8161-a86c-f842d86e1de1","occurredAt":"2026-11-24T01:00:00.000Z",
                      "recordedAt":"2026-11-24T01:00:01.000Z","type":"muster.notice"}]
                    """
            ) { try await ofMatter($0, $1) },
        ]
    }

    private static let id = Parameter<EventID>.path("id", "the id of a case, a UUID")
    private static let correlation = Parameter<String>.text("correlation", "the id of the input that it all began with")

    private struct ToldOfCase: Codable {
        let notice: EventID
        let event: String
        let rule: String
        let recipient: String
        let role: String
        let channel: String
        let state: String
        let reason: String?
        let attempts: Int
        let occurredAt: Instant
        let settledAt: Instant?
    }

    private func ofCase(_ request: RequestContext, _ identity: Identity) async throws -> [ToldOfCase] {
        let id = try Self.id(request)
        let (unit, rows) = try await context.read { session in
            let unit = try session.query(Self.unit, Parameters(id.uuid)).rows(as: String?.self).first ?? nil
            let rows = try session.query(Self.byCase, Parameters(id.uuid)).rows(
                as: UUID.self, String.self, String.self, String.self, String.self, String.self, String.self,
                String?.self, Int32.self, Timestamp.self, Timestamp?.self)
            return (unit, rows)
        }
        guard let unit = unit.flatMap({ UnitCode($0) }) else {
            throw Problem(.notFound, detail: "Nobody was told of such a case.")
        }
        try await context.requireReach(identity, unit)
        return rows.map {
            ToldOfCase(
                notice: EventID($0.0), event: $0.1, rule: $0.2, recipient: $0.3, role: $0.4, channel: $0.5,
                state: $0.6, reason: $0.7, attempts: Int($0.8), occurredAt: Instant($0.9),
                settledAt: $0.10.map { Instant($0) })
        }
    }

    private static let unit = Statement("case_matter_unit", "select unit from case_matter where id = $1")
    private static let byCase = Statement(
        "notice_by_case",
        """
        select id, event_type, rule, recipient, role, channel, state, reason, attempts, occurred_at, settled_at
        from notice where case_id = $1 order by occurred_at, id limit 1000
        """)

    /// What this service did in one matter, by the id of the input that it all began with.
    private struct HistoryEntry: Codable {
        struct Told: Codable {
            let recipient: String
            let channel: String
            let state: String
            let rule: String
        }

        let event: EventID
        let type: String
        let actor: String?
        let occurredAt: Instant
        let recordedAt: Instant
        let causation: String
        let correlation: String
        let data: Told
    }

    private func ofMatter(_ request: RequestContext, _ identity: Identity) async throws -> [HistoryEntry] {
        let correlation = try Self.correlation(request)
        // A matter spans units: this is for those who see the whole city.
        try await context.requireReach(identity, nil)
        let rows = try await context.read { session in
            try session.query(Self.byCorrelation, Parameters(correlation)).rows(
                as: UUID.self, Timestamp.self, Timestamp.self, String.self, String.self, String.self, String.self,
                String.self)
        }
        return rows.map {
            HistoryEntry(
                event: EventID($0.0), type: "muster.notice", actor: nil, occurredAt: Instant($0.1),
                recordedAt: Instant($0.2), causation: $0.3, correlation: correlation,
                data: .init(recipient: $0.4, channel: $0.5, state: $0.6, rule: $0.7))
        }
    }

    private static let byCorrelation = Statement(
        "notice_by_correlation",
        """
        select id, occurred_at, recorded_at, event, recipient, channel, state, rule
        from notice where correlation = $1 order by occurred_at, id limit 1000
        """)
}
