import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// The directory as operators read it: what is listed now, and what each load has changed, so that it can be undone.
struct DirectoryReads: Sendable {
    let context: ServiceContext<IntakeHandler>

    var routes: [Route] {
        [
            Route(.get, "/v1/directory/{kind}") { try await entries($0) },
            Route(.get, "/v1/directory-loads") { try await loads($0) },
            Route(.get, "/v1/directory-loads/{load}") { try await load($0) },
        ]
    }

    private func requireOperator(_ request: RequestContext) throws {
        guard case .operatorAccount = try context.authenticator.identity(of: request).kind else {
            throw Problem(.forbidden, detail: "This is for operators: use an operator's token.")
        }
    }

    private struct Page: Encodable {
        /// As they are loaded, by key.
        let entries: [Contracts.JSONValue]
        /// For `after` of the next page; missing on the last one.
        let next: String?
    }

    /// The entries of a kind, by key.
    private func entries(_ request: RequestContext) async throws -> Response {
        try requireOperator(request)
        let kind = try request.parameter("kind", expected: "one of unit, person, department, gateway") {
            ["unit", "person", "department", "gateway"].contains($0) ? $0 : nil
        }
        try request.query.requireOnly("after", "limit")
        let after = try request.query.string("after") ?? ""
        let limit = try request.query.integer("limit", in: 1...2_000, default: 500)
        let rows = try await context.read { session in
            try session.query(Self.page, Parameters(kind, after, Int32(limit))).rows(as: String.self, String.self)
        }
        let entries = try rows.map { try EventJSON.decode(Contracts.JSONValue.self, from: Array($0.1.utf8)) }
        return try .json(.ok, Page(entries: entries, next: rows.count < limit ? nil : rows.last?.0))
    }

    /// Plan: the primary key of the one table that `kind` leaves of the view, from `after` on.
    private static let page = Statement(
        "directory_page",
        "select key, entry::text from directory_entry where kind = $1 and key > $2 order by key limit $3")

    private struct Load: Encodable {
        let load: String
        let entries: Int
        let at: Instant
    }

    /// The last hundred loads, the newest first.
    private func loads(_ request: RequestContext) async throws -> Response {
        try requireOperator(request)
        let rows = try await context.read { session in
            try session.query(Self.lastLoads).rows(as: String.self, Int64.self, Timestamp.self)
        }
        return try .json(.ok, rows.map { Load(load: $0.0, entries: Int($0.1), at: Instant($0.2)) })
    }

    private static let lastLoads = Statement(
        "directory_loads",
        """
        select load, count(*), min(listed_at) from directory_history group by load order by min(listed_at) desc limit 100
        """)

    private struct Before: Encodable {
        let kind: String
        let key: String
        /// Missing where the load listed it for the first time.
        let before: Contracts.JSONValue?
    }

    /// What a load has changed, as it was before.
    private func load(_ request: RequestContext) async throws -> Response {
        try requireOperator(request)
        let load = request.parameter("load")
        let rows = try await context.read { session in
            try session.query(Self.changes, Parameters(load)).rows(as: String.self, String.self, String?.self)
        }
        if rows.isEmpty { throw Problem(.notFound, detail: "No such load: see GET /v1/directory-loads.") }
        let changes = try rows.map { kind, key, entry in
            Before(
                kind: kind, key: key,
                before: try entry.map { try EventJSON.decode(Contracts.JSONValue.self, from: Array($0.utf8)) })
        }
        return try .json(.ok, changes)
    }

    private static let changes = Statement(
        "directory_load", "select kind, key, before::text from directory_history where load = $1 order by kind, key")
}
