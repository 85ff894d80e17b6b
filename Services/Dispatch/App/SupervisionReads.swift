import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// What a level supervises (督办): what it was told or asked, and what was answered.
struct SupervisionReads: Sendable {
    let context: ServiceContext<DispatchHandler>

    var routes: [Route] { [Route(.get, "/v1/supervision") { try await list($0) }] }

    enum Standing: String, CaseIterable, Sendable { case open, ended, all }

    /// The steps of a unit, the latest first. `after` goes on from the last one of a page.
    private func list(_ request: RequestContext) async throws -> Response {
        let identity = try context.authenticator.identity(of: request)
        try request.query.requireOnly("unit", "state", "after", "limit")
        guard let unit = try request.query.value("unit", expected: "the code of a unit", { UnitCode($0) }) else {
            throw Problem(.invalidParameter, errors: [.init(parameter: "unit", "must be given: the code of a unit")])
        }
        try await context.requireReach(identity, unit)
        let standing = try request.query.choice("state", of: Standing.self) ?? .open
        let limit = try request.query.integer("limit", in: 1...500, default: 50)
        let cursor = try request.query.value("after", expected: "the `next` of a page") { SupervisionCursor($0) }
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
        return try .json(.ok, SupervisionPage(steps: steps, next: next))
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
struct SupervisionView: Encodable {
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

struct SupervisionPage: Encodable {
    let steps: [SupervisionView]
    /// For `after` of the next page; missing on the last one.
    let next: String?
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
