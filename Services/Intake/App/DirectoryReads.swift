import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// The directory as operators read it: what is listed now, and what each load has changed, so that it can be undone.
struct DirectoryReads: Sendable {
    let context: ServiceContext<IntakeHandler>

    var endpoints: [Endpoint] { [page, loads, load] }

    private static let kinds = ["unit", "person", "department", "gateway"]
    private static let kind = Parameter<String>.path(
        "kind", "one of \(kinds.joined(separator: ", "))", .words(kinds)
    ) { kinds.contains($0) ? $0 : nil }
    private static let after = Parameter<String?>.text("after", "the `next` of a page")
    private static let loadName = Parameter<String>.path(
        "load", "the name of a load: \(Identifier.rule)", Identifier.schema
    ) {
        Identifier.isValid($0) ? $0 : nil
    }

    private struct DirectoryPage: Codable {
        /// As they are loaded, by key.
        let entries: [DirectoryEntry]
        /// For `after` of the next page; missing on the last one.
        let next: String?
    }

    private var page: Endpoint {
        context.get(
            "/v1/directory/{kind}", "What the directory lists now, by key", for: .operators,
            [Self.kind, Self.after],
            example: """
                {"entries":[{"unit":{"name":"第一网格","unit":"371082007025001"}}]}
                """
        ) { request, _ in try await entries(request) }
    }

    private func entries(_ request: RequestContext) async throws -> DirectoryPage {
        let kind = try Self.kind(request)
        let after = try Self.after(request) ?? ""
        let rows = try await context.read { session in
            try session.query(Self.select, Parameters(kind, after, Self.pageSize)).rows(as: String.self, String.self)
        }
        return DirectoryPage(
            entries: try rows.map { try Self.entry(kind, $0.1) },
            next: rows.count < Self.pageSize ? nil : rows.last?.0)
    }

    private static let pageSize: Int32 = 500

    /// - Parameter json: of a row of `directory_entry`.
    private static func entry(_ kind: String, _ json: String) throws -> DirectoryEntry {
        try EventJSON.decode(DirectoryEntry.self, from: Array("{\"\(kind)\":\(json)}".utf8))
    }

    /// Plan: the primary key of the one table that `kind` leaves of the view, from `after` on.
    private static let select = Statement(
        "directory_page",
        "select key, entry::text from directory_entry where kind = $1 and key > $2 order by key limit $3")

    private struct DirectoryLoadView: Codable {
        let load: String
        let entries: Int
        let at: Instant
    }

    private var loads: Endpoint {
        context.get(
            "/v1/directory-loads", "The last hundred loads of the directory, the newest first", for: .operators,
            example: """
                [{"at":"2026-11-24T01:00:00.000Z","entries":12,"load":"load-1"}]
                """
        ) { _, _ in try await listLoads() }
    }

    private func listLoads() async throws -> [DirectoryLoadView] {
        let rows = try await context.read { session in
            try session.query(Self.lastLoads).rows(as: String.self, Int64.self, Timestamp.self)
        }
        return rows.map { DirectoryLoadView(load: $0.0, entries: Int($0.1), at: Instant($0.2)) }
    }

    private static let lastLoads = Statement(
        "directory_loads",
        """
        select load, count(*), min(listed_at) from directory_history group by load order by min(listed_at) desc limit 100
        """)

    private struct DirectoryChangeView: Codable {
        let kind: String
        let key: String
        /// Missing where the load listed it for the first time.
        let before: DirectoryEntry?
    }

    private var load: Endpoint {
        context.get(
            "/v1/directory-loads/{load}", "What a load of the directory has changed, as it was before",
            for: .operators, [Self.loadName],
            example: """
                [{"before":{"unit":{"name":"第一网格","unit":"371082007025001"}},"key":"371082007025001","kind":"unit"}]
                """, problems: [.notFound]
        ) { request, _ in try await changes(of: try Self.loadName(request)) }
    }

    private func changes(of load: String) async throws -> [DirectoryChangeView] {
        let rows = try await context.read { session in
            try session.query(Self.changes, Parameters(load)).rows(as: String.self, String.self, String?.self)
        }
        if rows.isEmpty { throw Problem(.notFound, detail: "No such load: see GET /v1/directory-loads.") }
        return try rows.map { kind, key, entry in
            DirectoryChangeView(kind: kind, key: key, before: try entry.map { try Self.entry(kind, $0) })
        }
    }

    private static let changes = Statement(
        "directory_load", "select kind, key, before::text from directory_history where load = $1 order by kind, key")
}
