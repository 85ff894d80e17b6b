import Contracts
import HTTPServer
import Postgres
import ServiceKit

/// What a community and a department see.
struct SheetReads: Sendable {
    let context: ServiceContext<CreditHandler>
    let rules: CreditRules
    let access: LedgerAccess

    var routes: [Route] {
        [
            Route(.get, "/v1/communities/{unit}/standing") { try await standing($0) },
            Route(.get, "/v1/departments/{department}/sheet") { try await sheet($0) },
        ]
    }

    // MARK: Communities

    /// Sums that name nobody: for everybody with a token.
    private func standing(_ request: RequestContext) async throws -> Response {
        _ = try context.authenticator.identity(of: request)
        try request.query.requireOnly("period")
        let unit = try request.parameter("unit", expected: "the code of a unit, a community's or above it") { text in
            UnitCode(text).flatMap { $0.level <= .community ? $0 : nil }
        }
        let period = try period(request, [.year, .month])
        let span = rules.calendar.span(of: period)
        let entries = try await context.read { session in
            try CreditEntry.read(
                session.query(
                    Self.inUnit,
                    Parameters(unit.text, unit.text + "~", Timestamp(span.lowerBound), Timestamp(span.upperBound))))
        }
        let standing = CommunityStanding(unit, period: period, entries: entries, calendar: rules.calendar)
        return try .json(.ok, CommunityView(standing))
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
    private func sheet(_ request: RequestContext) async throws -> Response {
        let identity = try context.authenticator.identity(of: request)
        try request.query.requireOnly("month", "purpose")
        let department = try request.parameter("department", expected: "a department's code, such as D017") {
            DepartmentCode($0)
        }
        let month = try period(request, [.month], name: "month")
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
        return try .json(
            .ok, SheetView(DepartmentSheet(department, month: month, own: entries, members: members, by: rules)))
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

    /// The present one where none is given.
    private func period(
        _ request: RequestContext, _ allowed: [Period], name: String = "period"
    ) throws(Problem) -> CalendarPeriod {
        let examples = allowed == [.month] ? "a month such as 2026-11" : "a month or year such as 2026-11 or 2026"
        let given = try request.query.value(name, expected: examples) { text in
            CalendarPeriod(text).flatMap { allowed.contains($0.period) ? $0 : nil }
        }
        return given ?? rules.calendar.period(allowed[0], of: context.clock.now())
    }
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
