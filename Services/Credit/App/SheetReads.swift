import Contracts
import HTTPServer
import Postgres
import ServiceKit

/// What a community and a department see.
struct SheetReads: Sendable {
    let context: ServiceContext<CreditHandler>
    let rules: CreditRules
    let access: LedgerAccess

    var endpoints: [Endpoint] {
        [
            context.get(
                "/v1/communities/{unit}/standing", "A community's sums, which name nobody", for: .everybody,
                [Self.unit, Self.period],
                example: """
                    {"accounts":31,"fewest":5,"items":[{"count":40,"item":"snow-cleared","points":4000}],
                     "period":"2026-11","points":4000,"unit":"371082007025"}
                    """
            ) { request, _ in try await standing(request) },
            context.get(
                "/v1/departments/{department}/sheet", "A department's month, person by person",
                about: "That it was read is recorded, and the department can see it.",
                for: .people("The department's own people, and the city's for a purpose."),
                [Self.department, Self.month, Self.purpose],
                example: """
                    {"department":"D017","month":"2026-11","own":[],
                     "people":[{"hours":200,"hoursThisYear":1800,"owesThisYear":200,"person":"p-water-1"}]}
                    """
            ) { try await sheet($0, $1) },
        ]
    }

    private static let unit = Parameter<UnitCode>.path(
        "unit", "the code of a unit, a community's or above it",
        .text(matching: "[0-9]{6}([0-9]{3}){0,2}", example: "371082007025")
    ) { text in UnitCode(text).flatMap { $0.level <= .community ? $0 : nil } }
    private static let period = Parameter<CalendarPeriod?>.optional(
        "period", "a month or year such as 2026-11 or 2026", .text(matching: "[0-9]{4}(-[0-9]{2})?")
    ) { CalendarPeriod($0) }
    private static let department = Parameter<DepartmentCode>.path("department", "a department's code, such as D017")
    private static let month = Parameter<CalendarPeriod?>.optional(
        "month", "a month such as 2026-11", .text(matching: "[0-9]{4}-[0-9]{2}")
    ) { text in CalendarPeriod(text).flatMap { $0.period == .month ? $0 : nil } }
    private static let purpose = LedgerAccess.purpose

    // MARK: Communities

    /// Sums that name nobody: for everybody with a token.
    private func standing(_ request: RequestContext) async throws -> CommunityView {
        let unit = try Self.unit(request)
        let period = try Self.period(request) ?? rules.calendar.period(.year, of: context.clock.now())
        let span = rules.calendar.span(of: period)
        let entries = try await context.read { session in
            try CreditEntry.read(
                session.query(
                    Self.inUnit,
                    Parameters(unit.text, unit.text + "~", Timestamp(span.lowerBound), Timestamp(span.upperBound))))
        }
        let standing = CommunityStanding(unit, period: period, entries: entries, calendar: rules.calendar)
        return CommunityView(standing)
    }

    /// Plan: the index entry_unit, from the unit's own prefix to its end.
    private static let inUnit = Statement(
        "entry_in_unit",
        """
        select \(CreditEntry.columns) from entry as e
        where unit ~>=~ $1 and unit ~<~ $2 and occurred_at >= $3 and occurred_at < $4
        """)

    // MARK: Departments

    /// For the department's own people, and the city's; that it was read is recorded with the department.
    private func sheet(_ request: RequestContext, _ identity: Identity) async throws -> SheetView {
        let department = try Self.department(request)
        let month = try Self.month(request) ?? rules.calendar.period(.month, of: context.clock.now())
        let own = Account(kind: SubjectKind.department.rawValue, id: department.text)
        try await access.admit(identity, to: own, "sheet of \(month)", request)
        let span = rules.calendar.span(of: month)
        let (entries, members) = try await context.read { session in
            let people = try session.query(
                Self.people, Parameters(department.text, Timestamp(span.lowerBound), Timestamp(span.upperBound))
            ).rows(as: String.self)
            let entries = try AccountContents.load(own, in: &session).entries
            let members = try people.compactMap { PersonID($0) }.map { person in
                let account = Account(kind: Account.person, id: person.text)
                let contents = try AccountContents.load(account, in: &session)
                return DepartmentSheet.Member(
                    person: person, consents: contents.consent?.holds(at: span.upperBound) ?? false,
                    events: contents.events, entries: contents.entries)
            }
            return (entries, members)
        }
        return SheetView(DepartmentSheet(department, month: month, own: entries, members: members, by: rules))
    }

    /// Whoever was posted there at any time of the month.
    private static let people = Statement(
        "department_people",
        """
        select distinct person from directory_posting
        where department = $1 and role in ('department', 'department-head')
            and valid_from < $3 and (valid_to is null or valid_to > $2)
        order by person
        """)
}

extension CalendarPeriod {
    /// Reads what `description` writes of a month or year.
    fileprivate init?(_ text: String) {
        let isYear = text.utf8.count == 4
        guard text.utf8.count == 7 || isYear, let first = Instant("\(text)\(isYear ? "-01" : "")-01T00:00:00Z") else {
            return nil
        }
        self = CityCalendar(offset: .zero).period(isYear ? .year : .month, of: first)
    }
}
