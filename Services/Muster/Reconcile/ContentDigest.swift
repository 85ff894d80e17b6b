import Contracts
import Crypto
import Postgres

/// One digest over what a day came to: cases, entries and notices, whoever did the work and how often it was interrupted.
///
/// SHA-256 over sorted lines. Left out is what may differ between runs that came to the same: recorded times, attempts,
/// versions of rows, display numbers.
struct ContentDigest {
    private let database: PostgresConnection
    private let services: Set<ServiceName>

    init(_ database: PostgresConnection, _ stack: Stack) {
        self.database = database
        services = Set(ServiceName.allCases.filter { stack.services[$0.rawValue] != nil })
    }

    func compute() async throws -> String {
        var lines = try await lines(of: Self.cases)
        if services.contains(.credit) { lines += try await self.lines(of: Self.entries) }
        if services.contains(.notify) { lines += try await self.lines(of: Self.notices) }
        var hash = SHA256()
        for line in lines.sorted() { hash.update(line + "\n") }
        return hash.finalize().description
    }

    private func lines(of statement: Statement) async throws -> [String] {
        try await database.run { session in try session.query(statement).rows(as: String.self) }
    }

    private static let cases = Statement(
        "digest_cases",
        """
        select 'case ' || matter.id || ' ' || inputs.ids || ' ' || matter.status || ' ' || matter.handling || ' '
            || matter.rung || ' ' || matter.owner_unit || ' ' || steps.lines
        from dispatch.matter
        join lateral (
            select string_agg(event_id, ',' order by event_id) as ids
            from dispatch.matter_input where matter_id = matter.id) as inputs on true
        join lateral (
            select string_agg(
                type || '/' || coalesce(actor, '-') || '/' || extract(epoch from occurred_at), ' ' order by sequence)
                as lines
            from dispatch.history where matter_id = matter.id) as steps on true
        """)

    private static let entries = Statement(
        "digest_entries",
        """
        select 'entry ' || rule || ' ' || event || ' ' || subject || ' ' || sum(points)
        from credit.entry group by rule, event, subject having sum(points) <> 0
        """)

    private static let notices = Statement(
        "digest_notices",
        "select 'notice ' || event || ' ' || recipient || ' ' || channel || ' ' || state from notify.notice")
}
