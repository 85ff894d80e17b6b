import Contracts
import Postgres
import ServiceKit

extension NoticeDirectory {
    /// Loads what telling of a batch's events needs, in one round trip.
    ///
    /// - Parameter roles: in which people of a unit may be told.
    /// - Returns: the directory, and who of its people can be phoned.
    static func load(
        _ needs: DirectoryNeeds, roles: Set<Role>, in session: inout Session
    ) throws -> (directory: NoticeDirectory, withPhone: Set<PersonID>) {
        if needs == DirectoryNeeds() { return (NoticeDirectory(), []) }
        let unitCodes = needs.units.map(\.text).sorted()
        let departmentCodes = needs.departments.map(\.text).sorted()
        var listed: (units: [UnitListed], departments: [DepartmentListed]) = ([], [])
        var people = PeopleRows()
        try session.pipeline([
            Request(findUnits, Parameters(unitCodes)), Request(findDepartments, Parameters(departmentCodes)),
            Request(
                findPeople,
                Parameters(
                    unitCodes, roles.map(\.rawValue).sorted(), departmentCodes, needs.people.map(\.text).sorted())),
        ]) { index, result throws(PostgresError) in
            switch index {
            case 0: listed.units = try units(result)
            case 1: listed.departments = try departments(result)
            default: try people.read(result)
            }
        }
        let directory = NoticeDirectory(units: listed.units, departments: listed.departments, people: people.people)
        return (directory, people.withPhone)
    }

    private static let findUnits = Statement(
        "notice_units", "select unit, name from directory_unit where unit = any($1)")

    private static func units(_ result: borrowing QueryResult) throws(PostgresError) -> [UnitListed] {
        try result.rows(as: String.self, String.self).compactMap { code, name in
            UnitCode(code).map { UnitListed(unit: $0, name: name) }
        }
    }

    private static let findDepartments = Statement(
        "notice_departments", "select department, name from directory_department where department = any($1)")

    private static func departments(_ result: borrowing QueryResult) throws(PostgresError) -> [DepartmentListed] {
        try result.rows(as: String.self, String.self).compactMap { code, name in
            DepartmentCode(code).map { DepartmentListed(department: $0, name: name, communities: []) }
        }
    }

    /// Plan: the indexes directory_posting_unit and directory_posting_department, a scan per unit and department; then
    /// the primary keys of the people found.
    private static let findPeople = Statement(
        "notice_people",
        """
        with wanted as (
            select person from directory_posting where unit = any($1) and role = any($2)
            union select person from directory_posting where department = any($3)
            union select unnest($4::text[])
        )
        select person, name, language, contact.phone is not null, role, unit, department, valid_from, valid_to
        from wanted join directory_person using (person)
        left join directory_posting using (person) left join contact using (person)
        order by person, directory_posting.ordinal
        """)
}

/// People as they come from the query: a row for each posting, in the order of the people.
private struct PeopleRows {
    private(set) var people: [PersonListed] = []
    private(set) var withPhone: Set<PersonID> = []

    mutating func read(_ result: borrowing QueryResult) throws(PostgresError) {
        let rows = try result.rows(
            as: String.self, String.self, String.self, Bool.self, String?.self, String?.self, String?.self,
            Timestamp?.self, Timestamp?.self)
        for (id, name, language, hasPhone, role, unit, department, from, to) in rows {
            guard let person = PersonID(id) else { continue }
            if people.last?.person != person {
                people.append(
                    PersonListed(
                        person: person, name: name, language: .init(rawValue: language) ?? .chinese, postings: []))
                if hasPhone { withPhone.insert(person) }
            }
            guard let role = role.flatMap(Role.init(rawValue:)), let from else { continue }
            people[people.count - 1].postings.append(
                Posting(
                    role: role, unit: unit.flatMap { UnitCode($0) },
                    department: department.flatMap { DepartmentCode($0) }, from: Instant(from),
                    to: to.map { Instant($0) }))
        }
    }
}
