import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// What people look at of patrols: findings, and a chief's day.
struct IntakeReads: Sendable {
    let context: ServiceContext<IntakeHandler>

    var routes: [Route] {
        [
            Route(.get, "/v1/findings") { try await findings($0) },
            Route(.get, "/v1/chiefs/{person}/days/{day}") { try await day($0) },
        ]
    }

    // MARK: Findings

    private struct Finding: Encodable {
        let id: EventID
        let grid: String
        let unit: String
        let label: String?
        let category: String
        let severity: String
        let text: String
        let reporter: String
        let foundAt: Instant
    }

    private struct Page: Encodable {
        let findings: [Finding]
        /// For `before` of the next page; missing on the last one.
        let next: String?
    }

    /// Of a grid, newest first; `day` and `category` narrow them down.
    private func findings(_ request: RequestContext) async throws -> Response {
        let identity = try context.authenticator.identity(of: request)
        try request.query.requireOnly("grid", "day", "category", "before", "limit")
        guard let grid = try request.query.value("grid", expected: "the code of a grid", { UnitCode($0) }) else {
            throw Problem(.invalidParameter, errors: [.init(parameter: "grid", "must be given: the code of a grid")])
        }
        try await context.requireReach(identity, grid)
        let day = try request.query.value("day", expected: "a day such as 2026-11-24") { CityDates.day($0) }
        let category = try request.query.string("category")
        let limit = try request.query.integer("limit", in: 1...500, default: 50)
        let before = try request.query.value("before", expected: "the `next` of a page") { FindingCursor($0) }
        let from = day?.lowerBound ?? Instant.range.lowerBound
        let to = day?.upperBound ?? Instant.range.upperBound
        let rows = try await context.read { session in
            try session.query(
                Self.list,
                Parameters(
                    grid.text, Timestamp(from), Timestamp(to), category, before?.time ?? Timestamp(to),
                    (before?.id ?? FindingCursor.last).uuid, Int32(limit))
            ).rows(
                as: UUID.self, String.self, String.self, String?.self, String.self, String.self, String.self,
                String.self, Timestamp.self)
        }
        let findings = rows.map {
            Finding(
                id: EventID($0.0), grid: $0.1, unit: $0.2, label: $0.3, category: $0.4, severity: $0.5, text: $0.6,
                reporter: $0.7, foundAt: Instant($0.8))
        }
        let next = findings.count < limit ? nil : findings.last.map { FindingCursor($0.foundAt, $0.id).text }
        return try .json(.ok, Page(findings: findings, next: next))
    }

    /// Plan: the index finding_grid backwards from the cursor until the page is full.
    static let list = Statement(
        "findings_list",
        """
        select id, grid, unit, label, category, severity, text, reporter, found_at from finding
        where grid = $1 and found_at >= $2 and found_at < $3 and ($4::text is null or category = $4)
            and (found_at, id) < ($5, $6)
        order by found_at desc, id desc limit $7
        """)

    // MARK: A chief's day

    private struct ChiefDay: Encodable {
        let person: PersonID
        let day: String
        let visits: Int
        let met: Int
        let findings: Int
        /// Whole minutes of patrol; four hours are owed.
        let minutes: Int
        let owedMinutes: Int
    }

    private func day(_ request: RequestContext) async throws -> Response {
        let identity = try context.authenticator.identity(of: request)
        let person = try request.parameter("person", expected: Identifier.rule) { PersonID($0) }
        let text = request.parameter("day")
        let day = try request.parameter("day", expected: "a day such as 2026-11-24") { CityDates.day($0) }
        let row = try await context.read { session in
            try session.query(
                Self.chiefDay, Parameters(person.text, Timestamp(day.lowerBound), Timestamp(day.upperBound))
            ).row(0, as: Int64.self, Int64.self, Int64.self, Int64.self, String?.self)
        }
        // Herself, or whoever is above the grid that she walked.
        if identity.person != person { try await context.requireReach(identity, row.4.flatMap { UnitCode($0) }) }
        return try .json(
            .ok,
            ChiefDay(
                person: person, day: text, visits: Int(row.0), met: Int(row.1), findings: Int(row.2),
                minutes: Int(row.3), owedMinutes: 240))
    }

    private static let chiefDay = Statement(
        "chief_day",
        """
        select count(*), count(*) filter (where outcome = 'met'),
            (select count(*) from finding where reporter = $1 and found_at >= $2 and found_at < $3),
            coalesce(sum(minutes), 0), min(grid)
        from visit where chief = $1 and visited_at >= $2 and visited_at < $3
        """)
}

/// Where a page of findings ended.
private struct FindingCursor {
    let time: Timestamp
    let id: EventID

    /// After every other id.
    static let last = EventID(
        UUID(uuid: (255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255)))

    init(_ time: Instant, _ id: EventID) {
        self.time = Timestamp(time)
        self.id = id
    }

    init?(_ text: String) {
        let parts = text.split(separator: "_")
        guard parts.count == 2, let microseconds = Int64(parts[0]), let id = EventID(String(parts[1])) else {
            return nil
        }
        time = Timestamp(microsecondsSince1970: microseconds)
        self.id = id
    }

    var text: String { "\(time.microsecondsSince1970)_\(id)" }
}

/// Days as the city counts them, eight hours ahead of UTC.
enum CityDates {
    /// `2026-11-24` as the instants from its midnight to the next.
    static func day(_ text: String) -> Range<Instant>? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard parts.count == 3, text.utf8.count == 10,
            let date = CivilDate(year: parts[0], month: parts[1], day: parts[2])
        else { return nil }
        let start = Instant(milliseconds: (date.daysSince1970 * 24 - 8) * 3_600_000)
        return start..<start + .seconds(86_400)
    }
}
