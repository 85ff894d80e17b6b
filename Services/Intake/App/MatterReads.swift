import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// What intake did in one matter: the first steps of the history that `muster case show` puts together.
struct MatterReads: Sendable {
    let context: ServiceContext<IntakeHandler>

    var endpoint: Endpoint {
        context.get(
            "/v1/history", "What intake did in one matter",
            about:
                "By the id of the input that it all began with: the visit or findings that were stored, with the input as cause.",
            for: .people("Whoever is posted to the whole city."), [Self.correlation],
            example: """
                [{"actor":"p-grid-1","causation":"f-1","correlation":"f-1",
                  "data":{"category":"city-appearance.rubbish.exposed","grid":"371082007025001","severity":"normal",
                          "unit":"3710820070250010001"},
                  "event":"01a20d14-c250-8eb5-a889-8df863ddbd9b","occurredAt":"2026-11-24T01:00:00.000Z",
                  "recordedAt":"2026-11-24T01:00:01.000Z","type":"muster.finding.recorded.v1"}]
                """
        ) { try await matter($0, $1) }
    }

    private static let correlation = Parameter<String>.text("correlation", "the id of the input that it all began with")

    private struct HistoryEntry: Codable {
        let event: EventID
        let type: String
        let actor: String
        let occurredAt: Instant
        let recordedAt: Instant
        let causation: String
        let correlation: String
        let data: Stored

        struct Stored: Codable {
            let grid: String
            let unit: String
            var category: String?
            var severity: String?
            var outcome: String?
        }
    }

    private func matter(_ request: RequestContext, _ identity: Identity) async throws -> [HistoryEntry] {
        let correlation = try Self.correlation(request)
        // A matter spans units: this is for those who see the whole city.
        try await context.requireReach(identity, nil)
        let (visits, findings) = try await context.read { session in
            let visits = try session.query(Self.visits, Parameters(correlation)).rows(
                as: String.self, UUID.self, String.self, Timestamp.self, Timestamp.self, String.self, String.self,
                String.self)
            let findings = try session.query(Self.findings, Parameters(correlation)).rows(
                as: String.self, String.self, UUID.self, String.self, Timestamp.self, Timestamp.self, String.self,
                String.self, String.self, String.self)
            return (visits, findings)
        }
        return visits.map { row in
            HistoryEntry(
                event: Self.event(VisitRecorded.type, of: EventID(row.1), by: row.0, correlation, at: Instant(row.3)),
                type: VisitRecorded.type, actor: row.2, occurredAt: Instant(row.3), recordedAt: Instant(row.4),
                causation: correlation, correlation: correlation,
                data: .init(grid: row.5, unit: row.6, outcome: row.7))
        }
            + findings.map { row in
                HistoryEntry(
                    event: Self.event(FindingRecorded.type, of: EventID(row.2), by: row.0, row.1, at: Instant(row.4)),
                    type: FindingRecorded.type, actor: row.3, occurredAt: Instant(row.4), recordedAt: Instant(row.5),
                    causation: row.1, correlation: correlation,
                    data: .init(grid: row.6, unit: row.7, category: row.8, severity: row.9))
            }
    }

    /// The id under which it was published, which follows from its cause: see `Event.init(_:by:causedBy:)`.
    private static func event(
        _ type: String, of id: EventID, by source: String, _ input: String, at time: Instant
    ) -> EventID {
        .derived(from: "\(source) \(input)", at: time, type: type, subject: id.description)
    }

    /// A visit is the beginning of its matter, so its input has the matter's id. Plan: the primary keys of input, once for each
    /// sender that the directory lists, and of visit.
    private static let visits = Statement(
        "visit_by_correlation",
        """
        select input.source, visit.id, chief, visited_at, visit.recorded_at, grid, unit, outcome
        from (select source from directory_gateway union select '\(Identity.directSource)') as sender
        join input on input.source = sender.source and input.id = $1
        join visit on visit.id = input.result
        order by visited_at, visit.id
        """)

    private static let findings = Statement(
        "finding_by_correlation",
        """
        select source, input_id, id, reporter, found_at, recorded_at, grid, unit, category, severity
        from finding where correlation = $1 order by found_at, id limit 1000
        """)
}
