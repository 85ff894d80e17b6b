import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// Cases that may be the same matter as one: for a person who then joins them, or does not.
struct AlikeCases: Sendable {
    let context: ServiceContext<DispatchHandler>
    /// Cases on either side of it in time that are compared.
    var casesAtMost = 1_000

    var endpoints: [Endpoint] {
        [
            context.get(
                "/v1/cases/{id}/alike", "Open cases that may be the same matter, the most alike first",
                about:
                    "Of the same community, opened within some days of it; of very many that have something in common with it those nearest in time. A suggestion with its reasons: nothing is joined by it.",
                for: .people("Whoever is posted to its unit or above it; she sees what lies within her reach."),
                [Self.id, Self.days, Self.limit],
                example: #"{"cases":[{"case":\#(CaseView.example),"reasons":["place","category"]}],"isComplete":true}"#,
                problems: [.notFound]
            ) { try await page($0, $1) }
        ]
    }

    private static let id = Parameter<EventID>.path("id", "the id of a case, a UUID")
    private static let days = Parameter<Int?>.integer(
        "days", "how many days before and after it; 7 unless given", in: 1...31)
    private static let limit = Parameter<Int?>.integer("limit", "how many at most; 10 unless given", in: 1...50)

    struct Page: Codable {
        let cases: [Alike]
        /// Whether all cases of those days that have something in common with it were compared; else those nearest in time.
        let isComplete: Bool
    }

    struct Alike: Codable {
        let reasons: [Likeness.Reason]
        let `case`: CaseView
    }

    private func page(_ request: RequestContext, _ identity: Identity) async throws -> Page {
        let id = try Self.id(request)
        let span = Duration.seconds(Int64(try Self.days(request) ?? 7) * 86_400)
        let limit = try Self.limit(request) ?? 10
        let asked = try await context.read { session in
            try session.query(Self.find, Parameters(id.uuid)).rows(as: JSON.self, String.self).first
        }
        guard let (json, text) = asked else { throw Problem(.notFound, detail: "There is no such case.") }
        let state = try EventJSON.decode(CaseState.self, from: json.utf8)
        let reach = try await context.reach(of: identity)
        guard reach.contains(state.unit) else {
            throw Problem(.forbidden, detail: "This is for the staff of unit \(state.unit) and those above it.")
        }
        // What is over is joined to nothing.
        guard state.isOpen else { return Page(cases: [], isComplete: true) }
        let own = Likeness.Report(state, text)
        let parameters = Self.parameters(of: own, state, span, atMost: casesAtMost)
        let (found, isComplete) = try await context.read { session in
            let rows = try session.query(Self.near, parameters)
                .rows(as: UUID.self, String.self, String.self, Timestamp.self, String.self, String.self, [String].self)
            let alike = rows.compactMap { Candidate($0, reach, own) }.sorted { $0.isBefore($1, by: state.openedAt) }
                .prefix(limit)
            let states = try CaseRows.load(Set(alike.map(\.id)), in: &session)
            let byID = Dictionary(states.map { ($0.id, $0) }) { first, _ in first }
            return (
                alike.compactMap { one in
                    byID[one.id].map { Alike(reasons: one.reasons, case: CaseView($0, text: one.text)) }
                },
                rows.count { $0.3 > Timestamp(state.openedAt) } < casesAtMost
                    && rows.count { $0.3 <= Timestamp(state.openedAt) } < casesAtMost
            )
        }
        return Page(cases: found, isComplete: isComplete)
    }

    private struct Candidate {
        let id: EventID
        let openedAt: Instant
        let text: String
        let reasons: [Likeness.Reason]

        typealias Row = (UUID, String, String, Timestamp, String, String, [String])

        init?(_ row: Row, _ reach: Reach, _ own: Likeness.Report) {
            guard let unit = UnitCode(row.1), reach.contains(unit), let origin = CaseOpened.Origin(rawValue: row.5)
            else { return nil }
            let report = Likeness.Report(
                unit: unit, category: row.2, origin: origin, reporters: Set(row.6.compactMap { PersonID($0) }),
                text: row.4)
            guard let likeness = Likeness(own, report) else { return nil }
            (id, openedAt, text) = (EventID(row.0), Instant(row.3), row.4)
            reasons = Likeness.Reason.allCases.filter(likeness.reasons.contains)
        }

        /// What has more in common comes first, then what is nearer in time.
        func isBefore(_ other: Candidate, by time: Instant) -> Bool {
            func distance(_ candidate: Candidate) -> Int64 { abs(candidate.openedAt.milliseconds - time.milliseconds) }
            return (other.reasons.count, distance(self), id) < (reasons.count, distance(other), other.id)
        }
    }

    private static let find = Statement("alike_case", "select state, text from matter where id = $1")

    static func parameters(
        of own: Likeness.Report, _ state: CaseState, _ span: Duration, atMost limit: Int
    ) -> Parameters {
        let place: String? = state.unit.level >= .grid ? state.unit.text : nil
        let reporters: [String] = state.origin == .complaint ? state.reporters.map(\.text) : []
        return Parameters(
            state.community.text, Timestamp(state.openedAt - span), Timestamp(state.openedAt),
            Timestamp(state.openedAt + span), state.id.uuid, String(own.category.above), place, reporters, Int32(limit))
    }

    /// Those that have the place, the kind or the person in common with it: without one of the three nothing is alike, whatever
    /// its words are.
    private static func side(_ times: String, _ order: String) -> String {
        """
        select id, unit, category, opened_at, text, state ->> 'origin' as origin,
            array(select jsonb_array_elements_text(state -> 'reporters')) as reporters
        from matter
        where community = $1 and \(times) and id <> $5
            and status in ('assigned', 'accepted', 'in-hand')
            and (coalesce(substring(category from '^(.*)[.]'), category) = $6
                or (length(unit) >= 15 and (starts_with(unit, $7) or starts_with($7, unit)))
                or state -> 'reporters' ?| $8::text[])
        order by \(order) limit $9
        """
    }

    /// Plan: the index matter_community from the case's own time on, backwards and forwards.
    static let near = Statement(
        "alike_near",
        """
        (\(side("opened_at between $2 and $3", "opened_at desc, id desc")))
        union all
        (\(side("opened_at > $3 and opened_at <= $4", "opened_at, id")))
        """)
}

extension Likeness.Report {
    fileprivate init(_ state: CaseState, _ text: String) {
        self.init(
            unit: state.unit, category: state.category, origin: state.origin, reporters: Set(state.reporters),
            text: text)
    }
}
