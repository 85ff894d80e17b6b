import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// What a level supervises (督办): what it was told or asked, and what was answered.
struct SupervisionReads: Sendable {
    let context: ServiceContext<DispatchHandler>

    var endpoints: [Endpoint] {
        [
            context.get(
                "/v1/supervision", "What a unit supervises (督办): what it was told or asked, and what was answered",
                about: "The latest first. `step` is what the action `answer` names.",
                for: .people("Whoever is posted to the unit or above it."),
                [Self.unit, Self.standing, Self.after, Self.limit], example: SupervisionPage.example
            ) { try await list($0, $1) }
        ]
    }

    enum Standing: String, CaseIterable, Sendable { case open, ended, all }

    private static let unit = Parameter<UnitCode>.query("unit", "the code of a unit")
    private static let standing = Parameter<Standing?>.choice("state", "which of them; without it those that are open")
    private static let after = Parameter<SupervisionCursor?>.cursor("after") { SupervisionCursor($0) }
    private static let limit = Parameter<Int>.limit()

    /// The steps of a unit, the latest first. `after` goes on from the last one of a page.
    private func list(_ request: RequestContext, _ identity: Identity) async throws -> SupervisionPage {
        let unit = try Self.unit(request)
        try await context.requireReach(identity, unit)
        let standing = try Self.standing(request) ?? .open
        let limit = try Self.limit(request)
        let cursor = try Self.after(request)
        let rows = try await context.read { session in
            try session.query(
                standing == .open ? Self.open : Self.all,
                Parameters(
                    unit.text, cursor?.time ?? Timestamp(microsecondsSince1970: Int64.max / 4),
                    (cursor?.matter ?? EventID(SupervisionCursor.last)).uuid, Int64(cursor?.step ?? Int.max),
                    Int32(limit), standing == .ended)
            ).rows(
                as: UUID.self, Int64.self, String.self, String.self, String?.self, Timestamp.self, String?.self,
                String?.self, Timestamp?.self, String?.self, String?.self, Timestamp?.self)
        }
        let steps = rows.map(SupervisionView.init)
        let next = steps.count < limit ? nil : steps.last.map { SupervisionCursor($0).text }
        return SupervisionPage(steps: steps, next: next)
    }

    private static let columns = """
        matter_id, step, rung, reason, department, asked_at, asked_by, ask, answered_at, answered_by, answer, ended_at
        """

    /// Plan: the index supervision_open backwards, until the limit.
    static let open = Statement(
        "supervision_open",
        """
        select \(columns) from supervision
        where unit = $1 and ended_at is null and (asked_at, matter_id, step) < ($2, $3, $4) and not $6::bool
        order by asked_at desc, matter_id desc, step desc limit $5
        """)

    /// Plan: the index supervision_unit backwards, until the limit.
    static let all = Statement(
        "supervision_all",
        """
        select \(columns) from supervision
        where unit = $1 and (asked_at, matter_id, step) < ($2, $3, $4) and (ended_at is not null or not $6::bool)
        order by asked_at desc, matter_id desc, step desc limit $5
        """)
}

/// A step of supervision as people see it.
struct SupervisionView: Codable {
    let `case`: EventID
    /// What an answer names.
    let step: Int
    let rung: String
    /// `ordered` by a person, or why it climbed.
    let reason: String
    let department: String?
    let askedAt: Instant
    let askedBy: String?
    let ask: String?
    let answeredAt: Instant?
    let answeredBy: String?
    let answer: String?
    let endedAt: Instant?

    typealias Row = (
        UUID, Int64, String, String, String?, Timestamp, String?, String?, Timestamp?, String?, String?, Timestamp?
    )

    init(_ row: Row) {
        `case` = EventID(row.0)
        step = Int(row.1)
        rung = row.2
        reason = row.3
        department = row.4
        askedAt = Instant(row.5)
        askedBy = row.6
        ask = row.7
        answeredAt = row.8.map { Instant($0) }
        answeredBy = row.9
        answer = row.10
        endedAt = row.11.map { Instant($0) }
    }
}

struct SupervisionPage: Codable {
    let steps: [SupervisionView]
    /// For `after` of the next page; missing on the last one.
    let next: String?

    static let example = """
        {"steps":[{"ask":"how far is it?","askedAt":"2026-11-24T02:00:00.000Z","askedBy":"p-town-371082007",
          "case":"01a20d14-c250-8161-a86c-f842d86e1de1","reason":"ordered","rung":"town","step":4}]}
        """
}

/// Where a page ended: when it was asked in microseconds, the case and the step.
struct SupervisionCursor {
    let time: Timestamp
    let matter: EventID
    let step: Int

    /// Above all others.
    static let last = UUID(
        uuid: (255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))

    init(_ view: SupervisionView) {
        time = Timestamp(view.askedAt)
        matter = view.case
        step = view.step
    }

    init?(_ text: String) {
        let parts = text.split(separator: "_")
        guard parts.count == 3, let microseconds = Int64(parts[0]), let matter = EventID(String(parts[1])),
            let step = Int(parts[2])
        else { return nil }
        time = Timestamp(microsecondsSince1970: microseconds)
        self.matter = matter
        self.step = step
    }

    var text: String { "\(time.microsecondsSince1970)_\(matter)_\(step)" }
}
