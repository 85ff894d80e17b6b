import Contracts
import Postgres
import ServiceKit

/// What the rules have to know of a batch's matters beside what was reported.
struct TriageScene {
    private let book: RuleBook
    private let calendar: WorkCalendar
    /// By the place; only where a rule asks for it.
    private let earlier: [UnitCode: [(category: String, day: Int64)]]

    init(
        _ inputs: [Input<DispatchCommand>], _ book: RuleBook, _ calendar: WorkCalendar, in session: inout Session
    ) throws {
        self.book = book
        self.calendar = calendar
        var places: [UnitCode: Instant] = [:]
        for input in inputs {
            let unit: UnitCode
            switch input.command {
            case .finding(let finding): unit = finding.place.unit
            case .complaint(let complaint): unit = complaint.place.unit
            default: continue
            }
            places[unit] = min(places[unit] ?? input.envelope.time, input.envelope.time)
        }
        guard let days = book.longestRepetition, !places.isEmpty else {
            earlier = [:]
            return
        }
        let sorted = places.sorted { $0.key < $1.key }
        let rows = try session.query(
            Self.find,
            Parameters(
                sorted.map(\.key.text),
                sorted.map { Timestamp($0.value.cityMidnight - .seconds(Int64(days) * 86_400)) })
        ).rows(as: String.self, String.self, Timestamp.self)
        var found: [UnitCode: [(category: String, day: Int64)]] = [:]
        for row in rows {
            guard let unit = UnitCode(row.0) else { continue }
            found[unit, default: []].append((row.1, calendar.date(of: Instant(row.2)).daysSince1970))
        }
        earlier = found
    }

    /// Plan: the index matter_place, once for each place; what one place had in a month or so.
    private static let find = Statement(
        "triage_earlier",
        """
        select place.unit, found.category, found.opened_at
        from unnest($1::text[], $2::timestamptz[]) as place (unit, since), lateral (
            select category, opened_at from matter
            where matter.unit = place.unit and opened_at >= place.since order by opened_at desc limit 1000
        ) as found
        """)

    func rules(for envelope: EventEnvelope) -> TriageRules { book.rules(at: envelope.time, calendar) }

    /// What the rules of its day say of a matter.
    func triage(_ matter: Matter, _ envelope: EventEnvelope, _ directory: DirectoryView) -> Triage {
        let day = calendar.date(of: envelope.time).daysSince1970
        var matter = matter
        matter.situation = Situation(
            at: envelope.time, calendar,
            reporters: Set(envelope.actor.map { directory.postings(of: $0, at: envelope.time).map(\.role) } ?? []),
            earlier: (earlier[matter.unit] ?? []).filter { $0.day < day }.map {
                Situation.EarlierCase(category: $0.category, daysAgo: Int(day - $0.day))
            })
        return rules(for: envelope).triage(matter)
    }
}
