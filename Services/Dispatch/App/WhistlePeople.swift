import Contracts
import FoundationEssentials
import Postgres

/// Whose no-show it is, at which whistle.
struct NoShowKey: Hashable, Sendable {
    let whistle: EventID
    let department: DepartmentCode

    init(_ whistle: EventID, _ department: DepartmentCode) {
        self.whistle = whistle
        self.department = department
    }
}

/// Whom a whistle is about, beyond those whom an action names.
enum WhistlePeople {
    /// Who heads each department now; the first by id where there are several.
    static func heads(
        of departments: Set<DepartmentCode>, at now: Instant, in session: inout Session
    ) throws -> [DepartmentCode: PersonID] {
        if departments.isEmpty { return [:] }
        let rows = try session.query(findHeads, Parameters(departments.map(\.text).sorted(), Timestamp(now)))
            .rows(as: String.self, String.self)
        var heads: [DepartmentCode: PersonID] = [:]
        for (department, person) in rows {
            if let department = DepartmentCode(department) { heads[department] = PersonID(person) }
        }
        return heads
    }

    private static let findHeads = Statement(
        "department_heads",
        """
        select distinct on (department) department, person from directory_posting
        where department = any($1) and role = 'department-head' and valid_from <= $2
            and (valid_to is null or valid_to > $2)
        order by department, person
        """)

    /// The events of the no-shows of cases: whoever takes one back names it.
    static func noShows(of cases: [CaseState], in session: inout Session) throws -> [NoShowKey: EventID] {
        let ids = cases.filter { $0.whistle?.parts.contains { $0.rung != .community } ?? false }.map(\.id.uuid)
        if ids.isEmpty { return [:] }
        let rows = try session.query(findNoShows, Parameters(ids)).rows(as: String.self, String.self, UUID.self)
        var events: [NoShowKey: EventID] = [:]
        for (whistle, department, event) in rows {
            guard let whistle = EventID(whistle), let department = DepartmentCode(department) else { continue }
            events[NoShowKey(whistle, department)] = EventID(event)
        }
        return events
    }

    /// Plan: the primary key of history, over the cases.
    private static let findNoShows = Statement(
        "no_shows_find",
        """
        select data ->> 'whistle', data ->> 'department', event_id from history
        where matter_id = any($1) and type = 'muster.whistle.missed.v1'
        order by sequence
        """)

    /// All departments, of which a whistle calls those that fit: some hundred rows.
    static func departments(in session: inout Session) throws -> [DepartmentListed] {
        try session.query(findDepartments).rows(as: String.self, String.self, [String].self).compactMap {
            code, name, communities in
            DepartmentCode(code).map {
                DepartmentListed(department: $0, name: name, communities: communities.compactMap { UnitCode($0) })
            }
        }
    }

    private static let findDepartments = Statement(
        "departments_all", "select department, name, communities from directory_department order by department")
}
