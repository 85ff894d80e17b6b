import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// The whistles that are open in a unit and below, the one that was blown first on top.
struct WhistleList: Sendable {
    let context: ServiceContext<DispatchHandler>

    var endpoints: [Endpoint] {
        [
            context.get(
                "/v1/whistles", "Open whistles of a unit and below, the one blown first on top",
                for: .people("Whoever is posted to the unit or above it."),
                [ListParameters.unit, ListParameters.after, ListParameters.limit],
                example: #"{"whistles":[{"blownAt":"2026-11-24T01:30:00.000Z","case":\#(CaseView.example)}]}"#
            ) { try await page($0, $1) }
        ]
    }

    struct OpenWhistle: Codable {
        let blownAt: Instant
        let `case`: CaseView
    }

    struct WhistlePage: Codable {
        let whistles: [OpenWhistle]
        let next: String?
    }

    private func page(_ request: RequestContext, _ identity: Identity) async throws -> WhistlePage {
        let unit = try context.unit(
            asked: try ListParameters.unit(request), within: try await context.reach(of: identity))
        let limit = try ListParameters.limit(request)
        let after = try ListParameters.after(request) ?? .first
        let rows = try await context.read { session in
            try session.query(
                Self.open,
                Parameters(
                    Instant(after.time).description, after.id.uuid, unit.text, unit.text + "~", Int32(limit))
            ).rows(as: Postgres.JSON.self, String.self)
        }
        let entries = try rows.compactMap { row -> OpenWhistle? in
            let state = try EventJSON.decode(CaseState.self, from: row.0.utf8)
            return state.whistle.map { OpenWhistle(blownAt: $0.blownAt, case: CaseView(state, text: row.1)) }
        }
        let last = entries.count < limit ? nil : entries.last
        return WhistlePage(
            whistles: entries,
            next: last.map { CaseCursor(time: Timestamp($0.blownAt), id: $0.case.id).text })
    }

    /// Plan: the index matter_whistling in its own order; its last column leaves other units out.
    static let open = Statement(
        "whistle_list_open",
        """
        select state, text from matter
        where state ? 'whistle' and state #>> '{whistle,endedAt}' is null
            and ((state #>> '{whistle,blownAt}') collate "C", id) > ($1, $2) and unit ~>=~ $3 and unit ~<~ $4
        order by (state #>> '{whistle,blownAt}') collate "C", id limit $5
        """)
}
