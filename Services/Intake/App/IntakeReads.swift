import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// What people look at of patrols: findings, and a chief's day.
struct IntakeReads: Sendable {
    let context: ServiceContext<IntakeHandler>

    var endpoints: [Endpoint] {
        [
            context.get(
                "/v1/findings", "Findings of a grid, the newest first",
                for: .people("Whoever is posted to the grid or above it."),
                [Self.grid, Self.dayOf, Self.category, Self.before, Self.limit],
                example: """
                    {"findings":[{"category":"city-appearance.rubbish.exposed","foundAt":"2026-11-24T01:00:00.000Z",
                     "grid":"371082007025001","id":"01a20d14-c250-8161-a86c-f842d86e1de1","reporter":"p-grid-1",
                     "severity":"normal","text":"垃圾堆在楼下","unit":"3710820070250010001"}]}
                    """
            ) { try await findings($0, $1) },
            context.get(
                "/v1/chiefs/{person}/days/{day}", "A grid chief's day on patrol",
                for: .people("The chief herself, and whoever is posted above the grid."), [Self.person, Self.day],
                example: """
                    {"day":"2026-11-24","findings":2,"met":40,"minutes":236,"owedMinutes":240,"person":"p-grid-1",
                     "visits":61}
                    """
            ) { try await day($0, $1) },
        ]
    }

    private static let grid = Parameter<UnitCode>.query("grid", "the code of a grid")
    private static let dayOf = Parameter<Range<Instant>?>.optional("day", "a day such as 2026-11-24", dayForm) {
        CityDates.day($0)
    }
    private static let category = Parameter<String?>.text("category", "only of this category")
    private static let before = Parameter<FindingCursor?>.cursor("before") { FindingCursor($0) }
    private static let limit = Parameter<Int>.limit()
    private static let person = Parameter<PersonID>.path("person", Identifier.rule)
    private static let day = Parameter<Range<Instant>>.path("day", "a day such as 2026-11-24", dayForm) {
        CityDates.day($0)
    }
    private static let dayForm = Schema.text.with(["format": .string("date")])

    // MARK: Findings

    private struct FindingView: Codable {
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

    private struct FindingPage: Codable {
        let findings: [FindingView]
        /// For `before` of the next page; missing on the last one.
        let next: String?
    }

    /// Of a grid, newest first; `day` and `category` narrow them down.
    private func findings(_ request: RequestContext, _ identity: Identity) async throws -> FindingPage {
        let grid = try Self.grid(request)
        try await context.requireReach(identity, grid)
        let day = try Self.dayOf(request)
        let category = try Self.category(request)
        let limit = try Self.limit(request)
        let before = try Self.before(request)
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
            FindingView(
                id: EventID($0.0), grid: $0.1, unit: $0.2, label: $0.3, category: $0.4, severity: $0.5, text: $0.6,
                reporter: $0.7, foundAt: Instant($0.8))
        }
        let next = findings.count < limit ? nil : findings.last.map { FindingCursor($0.foundAt, $0.id).text }
        return FindingPage(findings: findings, next: next)
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

    private struct ChiefDay: Codable {
        let person: PersonID
        let day: String
        let visits: Int
        let met: Int
        let findings: Int
        /// Whole minutes of patrol; four hours are owed.
        let minutes: Int
        let owedMinutes: Int
    }

    private func day(_ request: RequestContext, _ identity: Identity) async throws -> ChiefDay {
        let person = try Self.person(request)
        let text = request.parameter("day")
        let day = try Self.day(request)
        let row = try await context.read { session in
            try session.query(
                Self.chiefDay, Parameters(person.text, Timestamp(day.lowerBound), Timestamp(day.upperBound))
            ).row(0, as: Int64.self, Int64.self, Int64.self, Int64.self, String?.self)
        }
        // Herself, or whoever is above the grid that she walked.
        if identity.person != person { try await context.requireReach(identity, row.4.flatMap { UnitCode($0) }) }
        return ChiefDay(
            person: person, day: text, visits: Int(row.0), met: Int(row.1), findings: Int(row.2), minutes: Int(row.3),
            owedMinutes: 240)
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
